"""What DynamoDB would refuse of an update, said before anything is uploaded: CloudFormation says it half an hour later, halfway."""

from typing import Any

TABLE = "AWS::DynamoDB::Table"
HOW = (
    "DynamoDB makes or drops one index of a table in one update. Deploy a version that makes the first new one, then one that makes the "
    "next; drop an old one in a version of its own, when nothing reads it any more. An index that changes is a new one under a new name."
)


def refuse(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raises ValueError when a table that stands would change more than one index at once."""
    wrong = [line for name, table in _tables(after).items() if (line := _line(_tables(before).get(name), table))]
    if wrong:
        raise ValueError("\n  ".join(["too many indexes change at once:", *wrong, HOW]))


def _tables(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in template.get("Resources", {}).items() if one.get("Type") == TABLE}


def _line(before: dict[str, Any] | None, after: dict[str, Any]) -> str | None:
    """What would be done to one table; None where that is allowed, and for a table that is made."""
    if before is None:
        return None
    old, new = _indexes(before), _indexes(after)
    changed = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    made, dropped = sorted((new.keys() - old.keys()) | changed), sorted((old.keys() - new.keys()) | changed)
    if len(made) + len(dropped) < 2:
        return None
    return f"{after['TableName']}: " + "; ".join(
        f"{word} {', '.join(names)}" for word, names in (("would make", made), ("would drop", dropped)) if names
    )


def _indexes(table: dict[str, Any]) -> dict[str, Any]:
    """Each index by its name, in an order that means nothing left out."""
    return {one["IndexName"]: (one["KeySchema"], _projection(one["Projection"])) for one in table.get("GlobalSecondaryIndexes", [])}


def _projection(projection: dict[str, Any]) -> tuple[str, list[str]]:
    return projection["ProjectionType"], sorted(projection.get("NonKeyAttributes", []))
