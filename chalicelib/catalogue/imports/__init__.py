"""Goods that another till kept: cards, what lay where, and how it came to lie there."""
