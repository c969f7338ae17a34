"""Surveys that the public site shows: the back office's data, of which we learn at most that a visitor came to their end."""
