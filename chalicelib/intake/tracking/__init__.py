"""How far visitors get in a form, and where they leave it."""
