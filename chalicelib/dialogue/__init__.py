"""Talk between clients and the administrator: each hears the other through the bot, and the ledger keeps both."""
