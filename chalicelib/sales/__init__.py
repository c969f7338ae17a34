"""Sales: who asked is a lead, and what becomes of him."""
