"""What helps a manager: scores in words, letters, and what models made of them."""
