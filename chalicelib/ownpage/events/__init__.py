"""What else than sessions takes specialists' time: affairs of their own, and group events that others join."""
