"""A club on Go-CRM: its directories mirrored, its leads delivered, its parents' cabinet."""
