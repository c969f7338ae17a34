"""Measurements, side by side in one run: calls, capacity, CPU, imports, size, deliveries, load, money. Run by ``make bench``."""
