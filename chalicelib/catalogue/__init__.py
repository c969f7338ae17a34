"""What is sold: goods and services, and how much of them lies where."""
