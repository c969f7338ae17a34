"""Secrets that callers entrust to us: written whole, read where they are used, and in no table, answer or log.

Each set is one SecureString of Parameter Store under a name of its own. Names are never used twice, so that what a change writes stands
beside what it replaces until the row says which one counts. A class for each thing that may be done: a role allows what its function does.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core import ids
from chalicelib.core.parameters import PATIENT
from chalicelib.core.settings import settings
from chalicelib.core.storage.client import session

ROOM = "crm"
"""Below which path of the stage they stand: roles name it too."""

_GONE = "ParameterNotFound"


class Writer:
    """Keeps sets of secrets, new ones and those that were renewed."""

    ROLE_NEEDS = ("ssm:PutParameter",)

    def keep(self, said: Mapping[str, str], name: str | None = None) -> str:
        """Under which name they are kept: a new one, or the one that is given."""
        name = name or ids.token()
        _store().put_parameter(Name=_path(name), Value=json.dumps(said), Type="SecureString", Overwrite=True)
        return name


class Reader:
    """Reads sets of secrets."""

    ROLE_NEEDS = ("ssm:GetParameters",)

    def read(self, name: str) -> dict[str, str]:
        """What is kept under a name; nothing where nothing is."""
        found = _store().get_parameters(Names=[_path(name)], WithDecryption=True)["Parameters"]
        return dict(json.loads(found[0]["Value"])) if found else {}


class Remover:
    """Removes sets of secrets."""

    ROLE_NEEDS = ("ssm:DeleteParameter",)

    def forget(self, name: str | None) -> None:
        """Have nothing kept under a name; a repeat changes nothing."""
        if not name:
            return
        try:
            _store().delete_parameter(Name=_path(name))
        except ClientError as error:
            if error.response["Error"]["Code"] != _GONE:
                raise


@contextmanager
def kept(said: Mapping[str, str]) -> Iterator[str | None]:
    """The name under which secrets are kept while a decision is written that names it; forgotten where that fails. None for none."""
    name = Writer().keep(said) if said else None
    try:
        yield name
    except BaseException:
        Remover().forget(name)
        raise


def _path(name: str) -> str:
    return f"/frontdesk/{settings().stage}/{ROOM}/{name}"


@cache
def _store() -> Any:
    return session().create_client("ssm", config=PATIENT)
