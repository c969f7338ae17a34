"""The same words to many clients at once."""
