"""Tilda's form webhooks."""
