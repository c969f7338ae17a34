"""How much of a product lies where: a ledger of movements, and the balances that it adds up to."""
