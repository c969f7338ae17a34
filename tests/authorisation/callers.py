"""Everybody who may knock at a door, each with a proof that is right, wrong, or somebody else's."""

import hmac
import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from urllib.parse import urlencode

from chalicelib.core import client_token, clock
from tests.builders import SERVICE, SUPABASE, TELEGRAM
from tests.conftest import SETTINGS
from tests.standins.chatwoot import ChatwootStandIn
from tests.standins.oidc import IssuerStandIn

BOT_TOKEN = "1234567:stand-in-token"
CHATWOOT_SECRET = "chatwoot-webhook-secret-of-tests"
BACK_END_SCOPES = "consultations:create clients:read clients:write"

CALLERS = {
    "nobody": "no proof at all",
    "wrong key": "an `X-Api-Key` that is none of ours",
    "key in the address": "the back office's key as `?key=` and `?api_key=`, where it would be logged: no key but at the forms",
    "Tilda's key": "the key of the site's forms",
    "forged initData": "initData of the owner's account, signed by another bot",
    "forged token": "a client token for the owner, signed with another secret",
    "another's initData": "initData of another client",
    "another's token": "a client token of another client",
    "owner's initData": "initData of the client whom it is about",
    "owner's token": "a client token of the client whom it is about",
    "service": "the key of the back office and the bots",
    "another person": "an access token of the consultations API, of another person",
    "owner person": "an access token of the consultations API, of the person whom it is about",
    "back end": f"an access token with the scopes `{BACK_END_SCOPES}`",
    "back end, creates": "an access token with the scope `consultations:create` alone",
    "back end, no scopes": "an access token of a back end without scopes",
    "Supabase": "the secret of the database's triggers",
    "Telegram": "the secret of the bot's webhook",
    "Chatwoot": "a signature of the helpdesk's webhook",
    "another parent": "a cabinet token of another family",
    "owner parent": "a cabinet token of the family that it is about",
    "staff: owner": "an access token of one of the staff who is an owner",
    "staff: admin": "an access token of one of the staff who is an admin",
    "staff: manager": "an access token of one of the staff who is a manager",
    "staff: ended": "an access token of an owner's session that was ended",
}
"""Columns of the matrix. Whoever has no row of his own in a rule is a caller whose proof counts for nothing there."""


@dataclass
class Proofs:
    """What each caller sends. Parents' headers come from a real sign-in."""

    owner_client_id: str
    other_client_id: str
    owner_account: int
    other_account: int
    owner_parent: dict[str, str]
    other_parent: dict[str, str]
    issuer: IssuerStandIn
    staff: dict[str, dict[str, str]]

    def headers(self, caller: str, body: bytes) -> dict[str, str]:
        """The headers of one request of a caller."""
        if caller == "Chatwoot":
            return ChatwootStandIn.sign(CHATWOOT_SECRET, body, clock.wall())
        return self._fixed.get(caller, {})

    @staticmethod
    def query(caller: str) -> dict[str, str]:
        """What a caller adds to the address."""
        return dict.fromkeys(("key", "api_key", "x-api-key"), SETTINGS["SERVICE_API_KEY"]) if caller == "key in the address" else {}

    @cached_property
    def _fixed(self) -> dict[str, dict[str, str]]:
        return {
            "wrong key": {"X-Api-Key": "service-key-of-test"},
            "Tilda's key": {"X-Api-Key": SETTINGS["TILDA_API_KEY"]},
            "forged initData": opened_by(self.owner_account, "7654321:another-bot"),
            "forged token": bearer(client_token.issue(self.owner_client_id, "a-secret-that-somebody-else-made-up")),
            "another's initData": opened_by(self.other_account, BOT_TOKEN),
            "another's token": bearer(client_token.issue(self.other_client_id, SETTINGS["CLIENT_TOKEN_SECRET"])),
            "owner's initData": opened_by(self.owner_account, BOT_TOKEN),
            "owner's token": bearer(client_token.issue(self.owner_client_id, SETTINGS["CLIENT_TOKEN_SECRET"])),
            "service": SERVICE,
            "another person": bearer(self.issuer.token(sub="person-2")),
            "owner person": bearer(self.issuer.token(sub="person-1")),
            "back end": bearer(self.issuer.token(sub="back-end", client_id="back-end", scope=BACK_END_SCOPES)),
            "back end, creates": bearer(self.issuer.token(sub="form", client_id="form", scope="consultations:create")),
            "back end, no scopes": bearer(self.issuer.token(sub="site", client_id="site", scope="openid")),
            "Supabase": SUPABASE,
            "Telegram": TELEGRAM,
            "another parent": self.other_parent,
            "owner parent": self.owner_parent,
            **self.staff,
        }


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def opened_by(user_id: int, bot_token: str) -> dict[str, str]:
    """The header of a Mini App that this account opened in a bot."""
    pairs = {"auth_date": str(int(clock.wall().timestamp())), "query_id": "q", "user": json.dumps({"id": user_id, "first_name": "Имя"})}
    secret = hmac.new(b"WebAppData", bot_token.encode(), sha256).digest()
    text = "\n".join(f"{name}={pairs[name]}" for name in sorted(pairs))
    return {"Authorization": "tma " + urlencode(pairs | {"hash": hmac.new(secret, text.encode(), sha256).hexdigest()})}
