"""Leads that somebody kept elsewhere."""
