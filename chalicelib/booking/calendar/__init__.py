"""Whose time is spoken for: the days of specialists and clients, written with every slot and session that takes or leaves time."""
