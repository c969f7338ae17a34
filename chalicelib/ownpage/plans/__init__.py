"""Hours that a specialist repeats: written ahead as free slots, some weeks at a time."""
