"""Counts: what happened, a day at a time, added up once a fact; and how they are compared with what stands."""
