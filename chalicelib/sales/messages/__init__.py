"""What a manager writes to a lead: a draft until it is sent, and sent once."""
