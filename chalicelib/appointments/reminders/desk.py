"""The rules of reminders as panels read and set them."""

from collections.abc import Iterable

from chalicelib.appointments.reminders import config
from chalicelib.appointments.reminders.rules import Rule
from chalicelib.appointments.reminders.schemas import CALLED, NewRules, Rules, RuleShown
from chalicelib.company import facts, repository
from chalicelib.company.models import Entry
from chalicelib.company.repository import EntryRaced
from chalicelib.core import clock, storage


def shown() -> Rules:
    """The rules."""
    return _shown(config.of(storage.read(*config.keys())))


def _shown(rules: Iterable[Rule]) -> Rules:
    items = [
        RuleShown.model_construct(
            offset_minutes=rule.offset,
            offset=CALLED[rule.offset],
            channel=rule.channel,
            is_enabled=rule.is_enabled,
            text_template=rule.text,
        )
        for rule in rules
    ]
    return Rules.model_construct(items=items, rules=items)


@storage.again(EntryRaced)
def replace(body: NewRules, *, actor: str) -> Rules:
    """Have these rules take the place of those that stand; the same again changes nothing."""
    (row,) = storage.read(*config.keys())
    was = config.of([row])
    rules = config.in_force(body.said, was)
    if rules != was:
        _write(row, rules, actor)
    return _shown(rules)


def _write(row: Entry | None, rules: Iterable[Rule], actor: str) -> None:
    tx, at, said = storage.Transaction(), clock.now(), config.kept(rules)
    facts.set_anew(tx, config.PLACE, ["reminder_rules"])
    if row is None:
        new = Entry(directory=config.DIRECTORY, place=config.PLACE, said=said, by=actor, created_at=at, updated_at=at)
        tx.create(new, otherwise=EntryRaced())
    else:
        repository.change(tx, row, said, by=actor, at=at)
    tx.commit()
