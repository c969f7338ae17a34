"""Today, and any span of days: the figures of the house, from counts and from the people index."""
