"""What happened to a client, in words that the office reads."""
