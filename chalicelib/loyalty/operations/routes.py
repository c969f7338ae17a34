"""Doors."""

from chalicelib.core.http import Api

api = Api("loyalty.operations")
