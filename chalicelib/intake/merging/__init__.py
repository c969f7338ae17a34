"""After two clients were made one: sessions, tickets and messages of the one pass to the other, row by row."""
