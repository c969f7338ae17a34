"""The parents' cabinet: one signed-in parent acts on his own children, through us, and nothing of it is kept here."""
