"""Somebody's own tables, read as people keep them and written as everything else is."""
