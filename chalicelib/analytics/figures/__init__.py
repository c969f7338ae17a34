"""Figures: arithmetic on counts, and nothing else."""
