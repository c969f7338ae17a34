"""The page of a specialist's own: her week, what she plans, what she says of herself; her secret is the key."""
