"""«Рука помощи»: applications that wait for a specialist are asked about, and never forgotten in silence."""
