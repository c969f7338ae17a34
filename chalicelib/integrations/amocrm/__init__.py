"""amoCRM (Kommo), API v4: leads, and the contacts and companies that hang on them."""
