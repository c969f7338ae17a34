"""Zoom's meetings."""
