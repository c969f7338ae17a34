"""Helpdesk consultations: a question is taken at once, Chatwoot and 1C follow, whatever is down."""
