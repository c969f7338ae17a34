"""The grid of free hours that the public site shows, in the visitor's own time, the best-fitting people first."""
