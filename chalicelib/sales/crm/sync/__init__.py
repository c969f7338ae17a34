"""Leads kept in step with a CRM, a page at a time."""
