"""What operators see: health, the docs page, and everything that waits for a person, listed and replayed."""
