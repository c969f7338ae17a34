"""All messages of all clients, as the office looks for them."""
