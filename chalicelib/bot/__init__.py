"""The Telegram bot's door: updates and buttons become use cases of the packages below."""
