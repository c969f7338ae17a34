"""HTTP on loopback: a proxy that the environment names is never meant for it."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PATIENCE = 60
"""Seconds for a call of the API: its function may be starting."""


def get(address: str, timeout: float) -> tuple[int, str]:
    """Status and body of an address; status 0 and the reason when nobody answers."""
    return _send("GET", address, None, {}, timeout)


def _send(method: str, address: str, body: bytes | None, headers: dict[str, str], timeout: float) -> tuple[int, str]:
    request = urllib.request.Request(address, body, headers, method=method)  # noqa: S310 - an address of our own
    try:
        with _opener.open(request, timeout=timeout) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


class Refused(RuntimeError):
    """The API refused."""

    def __init__(self, asked: str, status: int, body: str) -> None:
        self.status, self.body = status, body
        super().__init__(f"{asked} answered {status}: {body}")


class Api:
    """The deployed API as the back office calls it."""

    def __init__(self, base_url: str, key: str, token: str = "") -> None:
        self._base_url = base_url
        self._key = key
        self._token = token

    def signed_in(self, token: str) -> "Api":
        """The same as one of the staff calls it, by his access token."""
        return Api(self._base_url, self._key, token)

    def get(self, path: str, **query: str | int) -> Any:
        """The body of a GET. Raises Refused."""
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, "application/json", self._key)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to JSON. Raises Refused."""
        return self._ask("POST", path, json.dumps(body).encode(), "application/json", self._key)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to JSON that is put. Raises Refused."""
        return self._ask("PUT", path, json.dumps(body).encode(), "application/json", self._key)

    def form(self, path: str, fields: dict[str, str], key: str) -> Any:
        """The answer to a form, sent with its sender's own key. Raises Refused."""
        return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded", key)

    def _ask(self, method: str, path: str, body: bytes | None, content_type: str, key: str) -> Any:
        proof = {"Authorization": f"Bearer {self._token}"} if self._token and key == self._key else {"X-Api-Key": key}
        headers = {**proof, "Content-Type": content_type}
        status, text = _send(method, self._base_url + path, body, headers, PATIENCE)
        if not 200 <= status < 300:
            raise Refused(f"{method} {path}", status, text)
        return json.loads(text)
