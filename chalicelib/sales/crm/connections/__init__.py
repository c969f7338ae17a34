"""Which CRMs we are connected to, and what each run with one did."""
