"""Specialists, their slots and the sessions booked in them; imports run sessions → slots → specialists."""
