"""The package that ships: its size, and its content unpacked."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import package

PROJECT = Path(__file__).resolve().parents[1]
STAGE = "prod"


def build() -> Path:
    """The zip of a stage, built unless it is there already."""
    return package.build(PROJECT, STAGE).zip_file


@contextmanager
def unpacked(zip_file: Path) -> Iterator[Path]:
    """The zip's content, as Lambda sees it."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(zip_file) as packed:
            packed.extractall(folder)
        yield Path(folder)
