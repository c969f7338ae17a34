"""A real OpenID Connect provider on loopback: the npm package `oidc-provider`, and its clients' sides of two flows."""

import base64
import hashlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

SOURCES = Path(__file__).parent / "oidc_provider"
API, CALLBACK = "https://frontdesk.example/api", "https://site.example/callback"
SECONDS = 60


def installed(home: Path) -> Path:
    """The folder with the provider, installed once. Skips where that cannot be done, but not in CI."""
    kept = home / ".local" / "oidc-provider"
    wanted = (SOURCES / "package.json").read_bytes()
    if not (kept / "node_modules").is_dir() or (kept / "package.json").read_bytes() != wanted:
        if not (shutil.which("node") and shutil.which("npm")):
            _give_up("node and npm are needed to run a real provider")
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "package.json").write_bytes(wanted)
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run(command, cwd=kept, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            shutil.rmtree(kept)
            _give_up(f"npm could not install the provider: {done.stderr.strip()[-300:]}")
    return kept


def _give_up(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


class Provider:
    """The running provider, as its clients meet it."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "NODE_MODULES": str(home), "NODE_NO_WARNINGS": "1"}
        command = ["node", str(SOURCES / "provider.mjs")]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, "")
        self.issuer = next((line.strip() for line in lines if line.startswith("http://127.0.0.1:")), "")
        assert self.issuer, "the provider did not start"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)

    def of_a_machine(self, scope: str, resource: str = API) -> str:
        """A back end's access token, by its own credentials."""
        form = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
        return str(self._token(form, ("crm", "secret-of-the-crm"))["access_token"])

    def of_a_person(self, name: str, resource: str = API) -> dict[str, Any]:
        """What a site gets when somebody has signed in: an access token and an ID token, by the code flow with PKCE."""
        verifier = secrets.token_urlsafe(40)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {"client_id": "site", "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid profile", "resource": resource}
        asked |= {"login_hint": name, "code_challenge": challenge, "code_challenge_method": "S256", "state": "s"}
        form = {"grant_type": "authorization_code", "code": self._code(asked), "redirect_uri": CALLBACK, "code_verifier": verifier}
        return self._token({**form, "resource": resource}, ("site", "secret-of-the-site"))

    def _code(self, asked: dict[str, str]) -> str:
        """Follow the provider from page to page, as a browser would, until it sends us back to the site."""
        browser, url, query = _http(), f"{self.issuer}/auth", asked
        for _ in range(8):
            answer = browser.get(url, params=query, allow_redirects=False, timeout=SECONDS)
            assert answer.is_redirect, (answer.status_code, answer.text[-600:])
            url, query = requests.compat.urljoin(answer.url, answer.headers["Location"]), {}
            if url.startswith(CALLBACK):
                return parse_qs(urlsplit(url).query)["code"][0]
        raise AssertionError(f"it never came back: {url}")

    def _token(self, form: dict[str, str], client: tuple[str, str]) -> dict[str, Any]:
        answer = _http().post(f"{self.issuer}/token", data=form, auth=client, timeout=SECONDS)
        assert answer.ok, answer.text
        return dict(answer.json())


def _http() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy that the environment names is not asked for loopback
    return session
