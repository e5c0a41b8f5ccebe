"""Floor 9: paired runs, their statistics, and what they say."""
