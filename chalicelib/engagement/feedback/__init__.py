"""What clients say of goods, services and sessions: ratings, complaints, suggestions, in one list."""
