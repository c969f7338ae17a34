"""Diagnostic sessions: the request, and the slot booked for it with its payment."""
