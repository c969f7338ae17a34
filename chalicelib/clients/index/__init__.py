"""The people index: one row a client, by which lists of people are filtered, searched and counted."""
