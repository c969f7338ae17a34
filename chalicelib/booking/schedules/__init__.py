"""A specialist's weeks as people and calendars read them, and how many sessions he is still owed."""
