"""Schemes that several vendors share."""

from chalicelib.core import schemes

TOKEN_QUERY = schemes.key(
    "TokenQuery",
    "A sender's key where it cannot set a header: a site form's (the field `X-Api-Key` does too), Chatwoot's.",
    place="query",
    called="token",
)
