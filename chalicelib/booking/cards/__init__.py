"""The cards of those who work here, as the public site shows them."""
