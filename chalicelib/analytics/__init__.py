"""Figures, made of facts alone: this package knows no table of those whose facts it reads."""
