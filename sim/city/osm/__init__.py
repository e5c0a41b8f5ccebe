"""Real maps out of OpenStreetMap: reading, cleaning, facilities, people.

The order of a file's way to a `Map`: `importing` → `reading` (what the file holds) → `graph` and `turns` (a network)
→ `network` (arrays) → `facilities` and `residents` (who serves, who lives there).
"""
