"""How a client proves who he is without Telegram's Mini App: a code in the bot, and a token for a day."""
