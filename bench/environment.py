"""The desk's settings while it is measured: taken before anything of the product is imported, in every process of a run."""

import os

from tests.conftest import SETTINGS


def quiet() -> None:
    """Nothing is logged but errors: where calls and units are counted."""
    os.environ.update(SETTINGS)


def as_deployed() -> None:
    """Log lines and metrics are written, and nobody watches over the store's rules, as in a Lambda: where CPU is measured."""
    os.environ.update(SETTINGS, POWERTOOLS_LOG_LEVEL="INFO", POWERTOOLS_METRICS_DISABLED="false")
    os.environ.pop("STORE_STRICT", None)  # it looks at rows itself, and a recording has no answer for it
