"""Reassignment: a client who was with one specialist is booked anew, at another time or with somebody else."""
