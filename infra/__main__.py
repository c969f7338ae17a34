"""`python -m infra <command>`: what the Makefile's targets call."""

import argparse
import os
import sys

from infra import commands
from infra.progress import complain


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    given = _parser().parse_args(arguments)
    try:
        _execute(given)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("FRONTDESK_DEBUG"):
            raise
        return complain(error)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra", description="Build, run and deploy Frontdesk.")
    command = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "url", "stop", "openapi"):
        command.add_parser(name)
    logs = command.add_parser("logs")
    logs.add_argument("--minutes", type=int, default=15)
    logs.add_argument("--follow", action="store_true")
    invoke = command.add_parser("invoke")
    invoke.add_argument("function")
    invoke.add_argument("--time", default=None)
    for name in ("package", "deploy"):
        command.add_parser(name).add_argument("--stage", required=True)
    command.choices["deploy"].add_argument("--bucket", default=os.environ.get("DEPLOY_BUCKET"))
    command.choices["deploy"].add_argument("--set", nargs="*", default=[], metavar="NAME=value", help="parameters of the stack")
    command.add_parser("audit").add_argument("--advisories", default=None, help="OSV's copy for PyPI: a zip or a folder of JSON files")
    return parser


def _execute(given: argparse.Namespace) -> None:
    match given.command:
        case "logs":
            commands.logs(given.minutes, given.follow)
        case "invoke":
            commands.invoke(given.function, given.time or None)
        case "package":
            commands.package_for(given.stage)
        case "deploy":
            commands.deploy(given.stage, given.bucket, given.set)
        case "audit":
            commands.audit(given.advisories)
        case plain:
            getattr(commands, plain)()


if __name__ == "__main__":
    sys.exit(main())
