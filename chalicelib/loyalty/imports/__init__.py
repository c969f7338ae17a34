"""What another till kept: its clients with what they have, and its operations as history."""
