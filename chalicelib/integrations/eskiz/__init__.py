"""Eskiz: SMS in Uzbekistan."""
