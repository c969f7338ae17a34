"""What follows a merge at the till: what one client had is the other's."""
