"""Follow-ups: the specialist's schedule sent after five days or three weeks, unless the client has moved on by himself."""
