"""Applications: what a client asked for, and what has become of it."""
