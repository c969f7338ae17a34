"""The desk's settings while it is measured: set before anything of the product is imported, in every process of a run."""

import os

from tests.conftest import SETTINGS  # sets them too


def as_deployed() -> None:
    """Log lines and metrics are written, as in a Lambda; what writes them costs CPU."""
    os.environ.update(SETTINGS, POWERTOOLS_LOG_LEVEL="INFO", POWERTOOLS_METRICS_DISABLED="false")
