"""The map of every page: what it is sent, and the widget that draws it."""
