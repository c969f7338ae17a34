"""Chatwoot's contacts, conversations and messages."""
