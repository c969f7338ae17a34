"""What comes from outside: site forms and database rows become applications (tickets), slots and sessions."""
