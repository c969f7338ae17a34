"""Cities, centres and staff of the club, from the last good copy: a list never fails."""
