"""What we say to people: templates by language, channels, and the ledger of every message."""
