"""Who of the house did what: the log read by whose doing it is."""
