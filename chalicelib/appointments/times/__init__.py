"""What the Mini App offers: who can be chosen, what for, and when."""
