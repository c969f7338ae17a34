"""The lines of a file, one after another."""

from collections.abc import Callable, Sequence

from tqdm import tqdm

from chalicelib.core.errors import AppError
from scripts.importing.report import Outcome, Report, refusal
from scripts.importing.table import BadCell, Line

LONG = 200
"""Rows of a file that is worth a progress bar."""


def taken(name: str, lines: Sequence[Line], take: Callable[[Line], Outcome]) -> Report:
    """What became of each line. One that is refused stops no other; of our own export, test data and what is deleted is left out."""
    report = Report(name)
    for line in tqdm(lines, desc=name, unit="row", disable=len(lines) < LONG, leave=False):
        try:
            test = line.ours and (line.text("contour") != "live" or line.text("state") == "deleted")
            report.add(line.number, Outcome("skipped", why="is test data, or deleted") if test else take(line))
        except (AppError, BadCell) as error:
            report.add(line.number, refusal(error))
    return report
