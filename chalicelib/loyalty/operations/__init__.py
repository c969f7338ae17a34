"""The till: purchases, refunds and points by hand, and the list of all operations."""
