"""Whoever asks for consultations: one of our clients, with his organisation and subscription."""
