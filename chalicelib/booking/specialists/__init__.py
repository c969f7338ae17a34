"""Who works here, what they take on and how many more clients they are owed."""
