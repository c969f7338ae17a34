"""What a talk was about, by word lists: every claim with its quote."""
