"""Appointments: sessions that the office or the Mini App books, in the same calendar as everybody's."""
