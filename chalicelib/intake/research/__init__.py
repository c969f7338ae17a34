"""The research questionnaire: each submission has a row number of its own, however today's site asks for it."""
