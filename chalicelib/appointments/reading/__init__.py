"""Appointments as the office and masters read them, and what it says of how each ended."""
