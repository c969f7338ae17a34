"""The deployed API over HTTP, in the words of `tests.builders.Front`."""

from types import SimpleNamespace

import requests

SECONDS = 60
"""A worker may be starting, and fifteen others with it."""


class Gateway:
    """Calls below a base address; a proxy that the environment names is not asked."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._http = requests.Session()
        self._http.trust_env = False

    def request(self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> SimpleNamespace:
        answer = self._http.request(method, self._base_url + path, data=body, headers=headers, timeout=SECONDS)
        return SimpleNamespace(status_code=answer.status_code, headers=answer.headers, body=answer.content)
