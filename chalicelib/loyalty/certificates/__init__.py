"""Certificates: money of whoever knows the code."""
