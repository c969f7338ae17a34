"""A stage's settings for whatever is run from a shell, and how it ends where the stage cannot be reached."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / ".local"
UNREACHED = 2


def fill(name: str, does: str, act: Callable[[bool], int], arguments: Sequence[str] | None) -> int:
    """Run a script that fills in what an earlier version did not write, with --stage and --dry-run; `act` is told whether it is dry."""
    parser = argparse.ArgumentParser(prog=f"{name}.py", description=does)
    parser.add_argument("--stage", default="local", help="the stage to write to; local is the running local stack")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
    given = parser.parse_args(arguments)
    return reach(name, given.stage, lambda: act(given.dry_run))


def reach(name: str, stage: str, act: Callable[[], int]) -> int:
    """What `act` gives with the settings of a stage; UNREACHED, and why, where it or what it needs cannot be reached."""
    try:
        os.environ.update(environment(stage))
        return act()
    except RuntimeError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return UNREACHED


def environment(stage: str) -> dict[str, str]:
    """What the product reads where it runs. Raises RuntimeError when the local stack is down."""
    from infra import localsettings
    from infra.localcloud import KEYS, REGION, LocalCloud
    from infra.naming import LOCAL, settings_path, table_prefix

    told = {"STAGE": stage, "TABLE_PREFIX": table_prefix(stage), "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_LOG_LEVEL": "ERROR"}
    if stage != LOCAL:
        return told | {"SETTINGS_PATH": settings_path(stage), "AWS_DEFAULT_REGION": _region()}
    cloud = LocalCloud(HOME)
    if not cloud.is_up:
        raise RuntimeError("the local stack is down; `make run` starts it")
    keys = {name.upper(): value for name, value in KEYS.items()}
    return told | localsettings.gather(PROJECT, HOME) | keys | {"AWS_DEFAULT_REGION": REGION, "STORE_ENDPOINT": cloud.ministack.address}


def _region() -> str:
    import boto3

    region = boto3.session.Session().region_name
    if not region:
        raise RuntimeError("which AWS region? set AWS_DEFAULT_REGION or choose a profile")
    return str(region)
