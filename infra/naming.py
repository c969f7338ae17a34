"""Names of everything that is deployed. One place, so that roles, logs and people agree on them."""

import re

APP = "frontdesk"
LOCAL = "local"
API_FUNCTION = "api_handler"


def stack_name(stage: str) -> str:
    """The CloudFormation stack of a stage."""
    return f"{APP}-{stage}"


def function_name(stage: str, name: str) -> str:
    """The physical name of a function: known beforehand, so that its role can name its log group."""
    return f"{APP}-{stage}-{name}"


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
    """The logical id of a function that Chalice packages itself."""
    return "APIHandler" if name == API_FUNCTION else camel(name)


def door_id(name: str) -> str:
    """The logical id of a webhook's own function; never the id of a job that happens to share its name."""
    return camel(name) + "Door"


def table_id(key: str) -> str:
    """The logical id of a table."""
    return camel(key) + "Table"
