"""A specialist's week as her page shows it, and the hours that she offers or takes back."""
