"""Bring a company's clients, points and history from UDS: ``python scripts/import_uds.py --company 549755819292 [--dry-run]``.

``UDS_API_KEY`` in the environment is the key of its API. Says of every customer and operation what is new, changed, refused or left
out. Run again it changes nothing; nothing is sent to anybody. Works on the running local stack, and with ``--stage prod`` on that
stage of the AWS account of your credentials.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parent.parent
KEY, ADDRESS = "UDS_API_KEY", "UDS_API_URL"

sys.path.insert(0, str(PROJECT))

from scripts.stages import environment  # noqa: E402 - the project's folder is known only now

if TYPE_CHECKING:
    from scripts.importing.report import Report, Said


def main(arguments: Sequence[str] | None = None) -> int:
    """Import; 0 when every row was taken or knowingly left out, 1 when some were refused, 2 when it could not be done or broke off."""
    given = _parser().parse_args(arguments)
    key = os.environ.get(KEY, "")  # an argument would be in the shell's history and in every list of processes
    try:
        if not key:
            raise RuntimeError(f"set {KEY}, the key of UDS's API")
        os.environ.update(environment(given.stage))
        reports = run(given.company, key, os.environ.get(ADDRESS), dry_run=given.dry_run)
    except (RuntimeError, ModuleNotFoundError) as error:
        print(f"import_uds: {error}", file=sys.stderr)
        return 2
    for report in reports:
        print("\n".join(report.lines()))
    if given.dry_run:
        print("Nothing was written.")
    return 1 if any(report.refused for report in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=f"Bring a company's clients, points and history from UDS. {KEY} holds its API key.")
    parser.add_argument("--company", required=True, type=_number, help="the company's id at UDS, digits")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    return parser


def _number(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError("expected digits")
    return text


def run(company: str, key: str, url: str | None = None, *, dry_run: bool = False, **how: Any) -> list["Report | Said"]:
    """Import the company, a report for each list. Raises RuntimeError where UDS does not answer or refuses; a repeat goes on."""
    from chalicelib.core.vendors import VendorError  # the product is imported once its environment is set
    from scripts.importing.uds import bring
    from scripts.importing.uds_client import URL, UdsClient

    try:
        return bring(UdsClient(company, key, url=url or URL, **how), dry_run=dry_run, progress=_shown)
    except VendorError as error:
        raise RuntimeError(f"{error}; what was written stands, and a repeat goes on") from error


def _shown(rows: Iterable[Any], name: str) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(rows, desc=name, unit="row", disable=not sys.stderr.isatty(), leave=False)


if __name__ == "__main__":
    sys.exit(main())
