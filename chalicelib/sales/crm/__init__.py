"""Leads that somebody keeps in a CRM too: kept in step with it, both ways."""
