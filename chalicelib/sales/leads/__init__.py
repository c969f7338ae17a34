"""Leads: what sales keeps of a client who asked for something, deal by deal."""
