"""The feedback form after a session: all its answers kept, and what they ask for done."""
