"""Surveys that the public site shows: the back office's data, whose answers never leave the visitor's browser."""
