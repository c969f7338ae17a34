"""Rows of the old database: specialists and slots kept there, booked and cancelled there, and never twice."""
