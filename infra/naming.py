"""Names of everything that is deployed. One place, so that roles, logs and people agree on them."""

import hashlib
import re

APP = "frontdesk"
LOCAL = "local"
STAGE = re.compile(r"[a-z][a-z0-9]{0,11}")
FUNCTION_LIMIT = 64
"""Letters that Lambda allows in a function's name."""

FOR_DEVELOPMENT = frozenset({LOCAL, "test", "dev"})
"""As `Settings.is_for_development` has it: a stage with a name we do not know is taken for production."""


def checked(stage: str) -> str:
    """A stage's name that fits into every name made from it. Raises ValueError for any other."""
    if not STAGE.fullmatch(stage):
        raise ValueError("a stage is named by 1 to 12 small Latin letters and digits, a letter first")
    return stage


def is_production(stage: str) -> bool:
    """Whether what the stage keeps is somebody's real data."""
    return stage not in FOR_DEVELOPMENT


def stack_name(stage: str) -> str:
    """The CloudFormation stack of a stage."""
    return f"{APP}-{stage}"


def function_name(stage: str, name: str) -> str:
    """The physical name of a function: known beforehand, so that its role can name its log group.

    One that is too long for Lambda ends in a hash of what was cut off: the same each time, and no other function's.
    """
    whole = f"{APP}-{stage}-{name}"
    if len(whole) <= FUNCTION_LIMIT:
        return whole
    mark = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{whole[: FUNCTION_LIMIT - len(mark) - 1]}-{mark}"


def service_name(stage: str) -> str:
    """The dimension of a stage's own metrics."""
    return f"{APP}-{stage}"


def log_group(stage: str, name: str) -> str:
    """Where Lambda writes what a function prints."""
    return f"/aws/lambda/{function_name(stage, name)}"


def table_prefix(stage: str) -> str:
    """What stands before a table's bare name (`slots`) in its physical name."""
    return f"{APP}-{stage}-"


def settings_path(stage: str) -> str:
    """The path in Parameter Store below which a deployed stage keeps its settings."""
    return f"/{APP}/{stage}/"


def camel(name: str) -> str:
    """`session_reminder` -> `SessionReminder`: CloudFormation's logical ids hold letters and digits only."""
    return "".join(part[0].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name) if part)


def function_id(name: str) -> str:
    """The logical id of a job's function, which Chalice packages itself."""
    return camel(name)


def door_id(name: str) -> str:
    """The logical id of a webhook's own function; never the id of a job that happens to share its name."""
    return camel(name) + "Door"


def wing_id(name: str) -> str:
    """The logical id of a wing's function."""
    return camel(name) + "Wing"


def table_id(key: str) -> str:
    """The logical id of a table."""
    return camel(key) + "Table"
