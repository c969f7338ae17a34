"""What was said in a call, by whom and when."""
