"""How far the two sides differ, whatever links say; and the end of it."""
