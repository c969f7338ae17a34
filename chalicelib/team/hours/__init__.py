"""What was worked, and what is planned."""
