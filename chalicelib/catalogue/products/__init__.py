"""Goods and services."""
