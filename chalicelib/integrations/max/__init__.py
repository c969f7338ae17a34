"""MAX: what our bot says to people who opened it."""
