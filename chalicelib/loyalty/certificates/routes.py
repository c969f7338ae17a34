"""Doors."""

from chalicelib.core.http import Api

api = Api("loyalty.certificates")
