"""A parameter store of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from moto import mock_aws
from moto.backends import get_backend


@contextmanager
def empty_parameter_store() -> Iterator[None]:
    """Empty, also where another test's cloud is at work in this process: a mock within a mock keeps what stands."""
    with mock_aws():
        for regions in get_backend("ssm").values():
            for backend in regions.values():
                backend.reset()
        yield
