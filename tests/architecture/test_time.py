"""Every path that makes, moves, cuts or removes a slot's time writes the day too; a new one cannot forget it.

Three steps are found in the code itself: what writes a slot's time, who calls that, and whether the caller writes the days.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py")), *sorted((ROOT / "scripts").rglob("*.py"))]

TIME = {"start_at", "minutes", "specialist_id"}
"""What says when a slot is, and whose."""

STANDS = {"free", "held", "booked", "taken"}
"""States in which a slot owns its time: from one to another its day stays as it is."""

WRITERS = {
    "slots/mirror.py:new_slot": "a slot that is not there yet",
    "slots/repository.py:_placed": "another time or specialist",
    "slots/repository.py:cut_off": "a standing one owns its time no more",
    "slots/repository.py:block": "taken, or deleted",
    "slots/repository.py:touch": "the same time again",
    "slots/desk.py:_remove": "a slot that is gone",
    "slots/own.py:change_in": "hours of her own that come and go",
    "slots/own.py:vacate_in": "an event's time that is gone",
    "slots/made.py:remove_in": "made time that goes with its session",
    "slots/repository.py:open_to_all": "a cut one owns its time again",
    "slots/repository.py:uncut": "a cut one owns its time again",
}
"""Functions that write a slot's time or take it away. Whoever calls one writes the days, or is one of these."""

BUILDING_BLOCKS = {
    "slots/repository.py:cut": "its callers write the days",
    "slots/repository.py:shift": "its callers write the days",
    "slots/repository.py:carry": "its callers write the days",
    "slots/repository.py:uncut": "its callers write the days",
    "slots/mirror.py:_off_the_lists": "its callers write the days",
    "slots/placing.py:displace_in": "its caller writes the days",
    "slots/placing.py:cut_in": "its callers write the days",
    "slots/desk.py:_made": "its caller writes the days",
}
"""Parts of a path: whoever calls one is asked in its stead."""

OF_THEIR_OWN = {"_remove", "change_in", "vacate_in", "remove_in"}
"""Paths that write the days themselves, whoever calls them."""

STAYS = {"slots/mirror.py:block": "a slot that is taken elsewhere keeps its time"}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function by where it is: its package's folder, file and name."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.parent.name}/{path.name}:{node.name}", node


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def is_of_a_slot(node: ast.AST, names: set[str]) -> bool:
    """``Slot.<name>``."""
    return isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.value, ast.Name) and node.value.id == "Slot"


def writes_time(call: ast.Call) -> bool:
    """Whether a call makes a slot's row, sets its time, or a state in which it owns none."""
    if isinstance(call.func, ast.Name) and call.func.id == "Slot":
        return any(word.arg in TIME for word in call.keywords)
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "set"):
        return False
    if is_of_a_slot(call.func.value, {"state"}):
        return not (isinstance(call.args[0], ast.Constant) and call.args[0].value in STANDS)
    return is_of_a_slot(call.func.value, TIME)


def takes_a_slot_away(call: ast.Call) -> bool:
    """``tx.delete(slot, …)``, ``storage.remove(slot, …)``, ``slot.delete()``."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in ("delete", "remove")):
        return False
    subject = call.args[0] if call.args else call.func.value
    return isinstance(subject, ast.Name) and subject.id == "slot"


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def test_what_writes_a_slots_time_is_known():
    found = {place for place, node in functions() if any(writes_time(call) or takes_a_slot_away(call) for call in calls(node))}
    assert found - set(WRITERS) == set(), "write the days too (slots/placing.py), and name the function here"
    assert set(WRITERS) - found <= {"slots/repository.py:uncut", "slots/repository.py:open_to_all"}, "these write no time any more"


def slots_code() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Only the package of slots may call its own repository: the import rules see to it."""
    return ((place, node) for place, node in functions() if place.startswith("slots/"))


def test_whoever_writes_a_slots_time_writes_the_days():
    risky = {place.partition(":")[2] for place in (*WRITERS, *BUILDING_BLOCKS)} - OF_THEIR_OWN
    forgetful = [
        place
        for place, node in slots_code()
        if risky & {name_of(call) for call in calls(node)} - {node.name}
        and "write_in" not in {name_of(call) for call in calls(node)}
        and place not in BUILDING_BLOCKS
        and place not in STAYS
        and not place.startswith("slots/repository.py")
    ]
    assert forgetful == []
    whole = [node for place, node in slots_code() if node.name in OF_THEIR_OWN]
    assert len(whole) == len(OF_THEIR_OWN) and all("write_in" in {name_of(call) for call in calls(node)} for node in whole)


def test_the_test_sees_a_path_that_forgets():
    forgetful = ast.parse("def move(tx, slot):\n    tx.update(Slot.row('1'), [Slot.start_at.set(1)])\n")
    assert any(writes_time(call) for call in calls(forgetful))
    assert any(takes_a_slot_away(call) for call in calls(ast.parse("storage.remove(slot)")))
    assert not any(writes_time(call) for call in calls(ast.parse("tx.update(row, [Slot.state.set('held')])")))
