"""Files of the house, in one bucket."""
