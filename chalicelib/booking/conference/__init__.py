"""Video meetings: each live session gets one, which moves and goes with it."""
