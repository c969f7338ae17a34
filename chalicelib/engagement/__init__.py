"""What the house shows to its clients, and what they think of it."""
