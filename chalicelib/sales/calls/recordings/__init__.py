"""Recordings of calls: put into the bucket, or fetched; and heard."""
