"""Rules of reminders as panels send and read them, and what a run has done."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.appointments.reminders import words
from chalicelib.appointments.reminders.rules import OFFSETS, Rule
from chalicelib.company.schemas import Words
from chalicelib.company.settings_schemas import ChannelName
from chalicelib.core import clock
from chalicelib.core.errors import WrongField
from chalicelib.core.schemas import Schema
from chalicelib.core.synonyms import Names, Synonymous

MOST = 28
CALLED = dict(zip(OFFSETS, ("1h", "4h", "1d", "1week"), strict=True))
_MINUTES = {word: minutes for minutes, word in CALLED.items()}


def _minutes(value: Any) -> int:
    """Minutes, by their number or by their word."""
    said = value.strip() if isinstance(value, str) else value
    found = _MINUTES.get(said) if isinstance(said, str) else None
    known = {str(minutes): minutes for minutes in OFFSETS}
    minutes = found or (known.get(str(said)) if not isinstance(said, bool | float) else None)
    if minutes is None:
        raise ValueError(f"expected one of {', '.join(map(str, OFFSETS))}, or {', '.join(_MINUTES)}")
    return minutes


Minutes = Annotated[int, BeforeValidator(_minutes), Field(json_schema_extra={"enum": list(OFFSETS)})]


def _minutes_of(said: dict[str, Any], field: str) -> int:
    try:
        return _minutes(said[field])
    except ValueError as unknown:
        raise WrongField(field, str(unknown)) from None


class NewRule(Synonymous):
    """One rule; `offset` says `offset_minutes` by a word: 1h, 4h, 1d, 1week."""

    ALSO: ClassVar[Names] = {"is_enabled": ("enabled",), "text_template": ("message_template", "text")}

    offset_minutes: Minutes
    channel: ChannelName = Field("app", description="app, app_push and telegram are one: the bot")
    is_enabled: bool = True
    text_template: Annotated[Words, Field(max_length=1000), AfterValidator(words.checked)] = Field(
        "", description=f"Empty: the house's words. Names {', '.join(f'{{{{{name}}}}}' for name in words.VARIABLES)}"
    )

    @model_validator(mode="before")
    @classmethod
    def _says_when_once(cls, said: Any) -> Any:
        if not isinstance(said, dict) or said.get("offset") is None:
            return said
        minutes = _minutes_of(said, "offset")
        if "offset_minutes" in said and _minutes_of(said, "offset_minutes") != minutes:
            raise WrongField("offset_minutes", "expected offset_minutes alone: offset says something else")
        return {**said, "offset_minutes": minutes}

    def rule(self) -> Rule:
        """The rule, in force from now on."""
        return Rule(self.offset_minutes, self.channel, self.is_enabled, self.text_template, clock.now())


class NewRules(Schema):
    """All rules: they take the place of those that stand."""

    rules: list[NewRule] = Field(min_length=1, max_length=MOST)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        places = [(rule.offset, rule.carrier) for rule in self.said]
        if len({*places}) < len(places):
            raise WrongField("rules", "expected each offset once a channel; app, app_push and telegram are one")
        return self

    @property
    def said(self) -> list[Rule]:
        """The rules."""
        return [rule.rule() for rule in self.rules]


class RuleShown(Schema):
    """One rule."""

    offset_minutes: int
    offset: str
    channel: str
    is_enabled: bool
    text_template: str


class Rules(Schema):
    """The rules, those that are nearest to the start first; `rules` are the same."""

    items: list[RuleShown]
    rules: list[RuleShown]


class Report(Schema):
    """What a run has done: `processed` and `failed` are sessions, `sent` and `skipped` reminders."""

    processed: int = Field(0, description="Sessions that were looked at: new, changed, or with something that may be due")
    sent: int = Field(0, description="Reminders that were queued now: they leave at their own moments")
    skipped: int = 0
    failed: int = Field(0, description="Sessions that could not be decided now; the next tick tries them again")
    by_reason: dict[str, int] = Field(
        {}, description="Of what was skipped: `overtaken` by one nearer to the start, `late` when it had begun"
    )
