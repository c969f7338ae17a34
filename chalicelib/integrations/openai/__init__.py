"""Servers that speak as OpenAI's does."""
