"""From the link to the bot: a Telegram account is bound to its ticket, and the first slot that still stands is booked."""
