"""Telegram: the Bot API's client, and what its webhook sends."""
