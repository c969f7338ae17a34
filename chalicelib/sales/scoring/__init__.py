"""How likely a lead is to come, and why."""
