"""Whether the settings in Parameter Store are such as the functions read, looked at before a deployment."""

from typing import Any

from chalicelib.core import parameters
from chalicelib.core.settings import Settings, secrets
from infra.naming import settings_path


def refuse(ssm: Any, stage: str) -> None:
    """Raises ValueError naming every parameter of the stage that no function would read, never a value."""
    path = settings_path(stage)
    found = {name: value for page in _pages(ssm, path) for name, value in page}
    wrong = [line for name in sorted(found.keys() - {parameters.DOCUMENT}) if (line := _misplaced(path, name))]
    wrong += _of_document(path, found.get(parameters.DOCUMENT, ""))
    if wrong:
        raise ValueError("\n  ".join(["settings that no function would read:", *wrong]))


def _pages(ssm: Any, path: str) -> Any:
    """Nothing is decrypted: the document is no secret."""
    for page in ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False):
        yield [(one["Name"].removeprefix(path), one["Value"]) for one in page["Parameters"]]


def _misplaced(path: str, name: str) -> str | None:
    if name.lower() in secrets() and name == name.upper():
        return None
    if name.lower() in secrets():
        return f"{path}{name}: a secret's parameter is called {name.upper()}"
    if name.lower() in Settings.model_fields:
        return f"{path}{name}: it is no secret, its place is a line {name.upper()}=… in {path}{parameters.DOCUMENT}"
    return f"{path}{name}: there is no such setting"


def _of_document(path: str, text: str) -> list[str]:
    document = path + parameters.DOCUMENT
    wrong = []
    for name in sorted(parameters.document(text)):
        if name in secrets():
            wrong.append(f"{name.upper()} in {document}: it is a secret, its place is {path}{name.upper()}")
        elif name not in Settings.model_fields:
            wrong.append(f"{name.upper()} in {document}: there is no such setting")
    return wrong
