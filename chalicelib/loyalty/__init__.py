"""Points, certificates and rewards: what a client buys, earns, spends and brings."""
