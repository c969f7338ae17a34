"""Measurements, side by side in one run: calls, capacity, CPU, imports, size, deliveries. Run by ``make bench``."""
