"""Who brought whom, and what he gets for it."""
