"""What loyalty adds to a client: his balance, his level, how often he came, and what a panel keeps of him."""
