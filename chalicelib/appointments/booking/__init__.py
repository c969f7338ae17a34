"""Appointments that the office or the Mini App makes, and every session as an appointment."""
