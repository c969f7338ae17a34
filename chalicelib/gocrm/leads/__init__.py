"""Leads for Go-CRM: stored first, sent in the order they came, shown to operators where it refused them."""
