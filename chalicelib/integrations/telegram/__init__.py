"""Telegram: the Bot API's client, what its webhook sends, and the Mini App's proof of who is calling."""
