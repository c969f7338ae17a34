"""What asks for the office's word: words about a specialist without proof, and the cancelling of a client's session."""
