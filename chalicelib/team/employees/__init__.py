"""Cards of those who work here, the categories they stand in, and what was changed of them."""
