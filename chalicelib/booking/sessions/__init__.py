"""Sessions: a slot given to a client, confirmed, moved, cancelled, held and rated."""
