"""Clients are reminded of what they booked, by rules that the office keeps."""
