"""What happens by the clock: links nobody followed, reminders, the end of a session and the question how it was."""
