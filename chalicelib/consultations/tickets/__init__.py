"""Consultations: taken at once, counted per client, known for ever by our id and by Chatwoot's."""
