"""Those who work here: who they are, what their roles let them do, and how they sign in."""
