"""Those who work here: their cards, their hours and what they earn."""
