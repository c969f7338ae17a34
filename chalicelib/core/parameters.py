"""Parameter Store: one document of plain settings and one parameter a secret, read in one round trip.

The store answers 40 calls a second for a whole account, whoever asks, and a call names ten parameters at most. So a cold start
makes as few calls as it can, all at once, and a call that the store refuses comes again after a random while.
"""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

from botocore.config import Config
from dotenv import dotenv_values

from chalicelib.core.batches import batched
from chalicelib.core.storage.client import session

DOCUMENT = "settings"
"""The parameter that holds every setting that is no secret, as lines of the form NAME=value."""

A_CALL = 10
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=2, read_timeout=3)
"""Botocore's standard mode waits a random part of 1, 2, 4 and 8 seconds between its tries: a door has ten."""


def read(path: str, secrets: Collection[str], client: Any = None) -> dict[str, str]:
    """The settings below `path` by their names in lower case. A secret that stands in the document does not count."""
    store = client or session().create_client("ssm", config=PATIENT)
    below = path.rstrip("/") + "/"
    names = [below + DOCUMENT, *(below + name.upper() for name in secrets)]
    calls = list(batched(names, A_CALL))
    with ThreadPoolExecutor(len(calls)) as at_once:
        answers = at_once.map(lambda call: store.get_parameters(Names=call, WithDecryption=True), calls)
        found = {item["Name"].removeprefix(below): item["Value"] for answer in answers for item in answer["Parameters"]}
    plain = document(found.pop(DOCUMENT, ""))
    return {name: value for name, value in plain.items() if name not in secrets} | {name.lower(): value for name, value in found.items()}


def document(text: str) -> dict[str, str]:
    """The settings of a document by their names in lower case; lines as in `.env`, nothing in them is replaced."""
    return {name.lower(): value for name, value in dotenv_values(stream=StringIO(text), interpolate=False).items() if value is not None}
