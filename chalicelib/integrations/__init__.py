"""Other companies' wire formats and clients, one folder each; nothing here knows what the business does with them."""
