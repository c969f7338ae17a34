"""What sales comes to: the funnel, how fast we answer, managers, sources."""
