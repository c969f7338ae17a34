"""Environments for the processes that we start: the caller's settings and credentials must not leak into them."""

import os

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def environment(**added: str) -> dict[str, str]:
    """What a process needs to run at all, and what is added."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | added


def for_application(**added: str) -> dict[str, str]:
    """For importing the application: bare table names, no settings, and nothing written beside its sources."""
    return environment(TABLE_PREFIX="", AWS_DEFAULT_REGION="us-east-1", PYTHONDONTWRITEBYTECODE="1", **added)
