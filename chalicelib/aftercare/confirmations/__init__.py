"""Asking clients to confirm before a session; off unless ``CONFIRMATION_LADDER`` turns it on."""
