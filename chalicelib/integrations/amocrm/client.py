"""What we ask of an account of amoCRM. Its moments are whole seconds, and nothing found is a 204 without a body."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.core.batches import batched
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.paced import Paced, indexed

VENDOR = "amocrm"
PAGE, BY_IDS = 250, 100
"""Rows of a page; ids of a filter, whose address must stay short."""

Row = dict[str, Any]
Keep = Callable[[dict[str, str]], None]
"""Who is given a new pair of tokens, to keep it before it is used."""


class AmoBlocked(VendorRefused):
    """The account has shut us out for a while: we asked too often, or its plan has ended."""


class AmoCrm:
    """Every call raises `VendorDown`, `VendorBusy`, `AmoBlocked` or another `VendorRefused`.

    `secrets`: `access_token`; with `refresh_token`, `client_id` and `client_secret` a token that has ended is renewed, once a client.
    """

    def __init__(self, base_url: str, secrets: Mapping[str, str], *, keep: Keep | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._url, self._secrets, self._keep, self._timeout = base_url, dict(secrets), keep, timeout
        self._api, self._renewed = self._signed_in(), False

    def _signed_in(self) -> "_Amo":
        token = self._secrets.get("access_token", "")
        headers = {"Authorization": f"Bearer {token}"}
        return _Amo(VENDOR, self._url, secrets=tuple(self._secrets.values()), headers=headers, timeout=self._timeout)

    def account(self) -> Row:
        """The account itself."""
        return _object(self._ask("GET", "api/v4/account"))

    def page(self, what: str, number: int, **query: str) -> list[Row]:
        """A page of leads, contacts or companies; none where there is nothing."""
        asked = {"page": str(number), "limit": str(PAGE), **query}
        reply = self._ask("GET", f"api/v4/{what}", query=asked)
        return _rows(reply, what)

    def by_ids(self, what: str, ids: list[str], **query: str) -> Iterator[Row]:
        """Those of these that there are."""
        for some in batched(list(dict.fromkeys(ids)), BY_IDS):
            yield from self.page(what, 1, **indexed("filter[id]", list(some)), **query)

    def make(self, lead: Row) -> str:
        """A lead with what hangs on it, made in one; its id. After `VendorDown.sent_maybe` there may be one already."""
        reply = self._ask("POST", "api/v4/leads/complex", json=[lead])
        made = reply.data[0] if isinstance(reply.data, list) and reply.data else {}
        if not isinstance(made, dict) or not made.get("id"):
            raise VendorDown(VENDOR, "a made lead without its id", sent_maybe=True)
        return str(made["id"])

    def change(self, what: str, number: str, fields: Row) -> None:
        """Change a lead or a contact."""
        self._ask("PATCH", f"api/v4/{what}/{number}", json=fields)

    def _ask(self, method: str, path: str, **request: Any) -> Reply:
        try:
            return self._api.call(method, path, **request)
        except VendorRefused as refused:
            if refused.status != HTTPStatus.UNAUTHORIZED or not self._may_renew():
                raise
        self._renew()
        return self._api.call(method, path, **request)

    def _may_renew(self) -> bool:
        return not self._renewed and all(self._secrets.get(name) for name in ("refresh_token", "client_id", "client_secret"))

    def _renew(self) -> None:
        """Take the next pair of tokens. The old one is void from then on, so the new one is kept before anything is asked with it."""
        self._renewed = True
        said = {name: self._secrets[name] for name in ("client_id", "client_secret", "refresh_token")}
        asked = {**said, "grant_type": "refresh_token", "redirect_uri": self._secrets.get("redirect_uri", self._url)}
        told = _object(self._api.call("POST", "oauth2/access_token", json=asked))
        pair = {name: told[name] for name in ("access_token", "refresh_token") if isinstance(told.get(name), str)}
        if len(pair) < 2:
            raise VendorDown(VENDOR, "new tokens without their words")
        self._secrets |= pair
        if self._keep is not None:
            self._keep(dict(self._secrets))
        self._api = self._signed_in()


class _Amo(Paced):
    def refusal(self, reply: Reply) -> VendorError:
        shut = reply.status in (HTTPStatus.FORBIDDEN, HTTPStatus.PAYMENT_REQUIRED)
        return (AmoBlocked if shut else VendorRefused)(self.name, reply.status, self.reason(reply))


def _object(reply: Reply) -> Row:
    if not isinstance(reply.data, dict):
        raise VendorDown(VENDOR, "an answer that is no object")
    return reply.data


def _rows(reply: Reply, what: str) -> list[Row]:
    if reply.status == HTTPStatus.NO_CONTENT:
        return []
    inside = reply.field("_embedded")
    rows = inside.get(what) if isinstance(inside, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise VendorDown(VENDOR, f"a page without its {what}")
    return rows
