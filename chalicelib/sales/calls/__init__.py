"""Calls: who spoke to whom, what was said, and what is to be done now."""
