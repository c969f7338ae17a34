"""CRMs in one shape: people who ask, by our fields."""
