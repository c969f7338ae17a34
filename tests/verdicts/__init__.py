"""Where an event or a promise may end without having done anything, found in the source, and the page that says what becomes of each."""
