"""What happened between a lead and us, and what his score says of it."""
