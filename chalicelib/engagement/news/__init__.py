"""The house's news, and what came of each."""
