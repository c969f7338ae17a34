"""Chatwoot and 1C: brought up to date through the outbox, heard by webhook and by polling, listed for the back office."""
