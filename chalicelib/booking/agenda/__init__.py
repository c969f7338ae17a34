"""The office's list of sessions."""
