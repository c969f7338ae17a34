"""What is to be done after a call."""
