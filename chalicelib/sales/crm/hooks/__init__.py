"""What CRMs tell us of by themselves: it only says which lead to look at."""
