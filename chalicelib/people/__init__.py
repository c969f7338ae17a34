"""Clients as those who work here see them: the doors of the client base that ask for a role."""
