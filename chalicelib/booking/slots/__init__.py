"""Pieces of a specialist's time; each has at most one live owner, whatever happens at once."""
