"""Leads as the log makes them: opened, moved and won by what clients do, looked at again as time goes by."""
