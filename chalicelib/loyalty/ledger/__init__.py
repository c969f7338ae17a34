"""The ledger: operations as rows that sum to zero, their numbers, and what the log says of them."""
