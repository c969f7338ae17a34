"""The programme as a panel sets and reads it."""

from datetime import timedelta
from typing import Any

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.rules import OPS
from chalicelib.analytics.figures import rules as figures
from chalicelib.clients import service as clients
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index import repository as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.company import facts as house
from chalicelib.company import service as company
from chalicelib.company.rules import Loyalty
from chalicelib.core import clock, facts, storage
from chalicelib.core.amounts import share, shown
from chalicelib.core.security import Caller
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.ledger.rules import CONTOUR
from chalicelib.loyalty.referrals import config, repository
from chalicelib.loyalty.referrals.config import GENERATIONS, Config, Rule
from chalicelib.loyalty.referrals.errors import ConfigRaced, MarginGuard
from chalicelib.loyalty.referrals.schemas import (
    Brought,
    ClientInfo,
    ConfigSaid,
    ConfigShown,
    Programme,
    Programmes,
    RuleShown,
    Tier,
)

ROUTE = "/api/v1/admin/referral-programs/config"
UNKNOWN = "margin_unknown"
ABOVE = "promised_above_margin"
BEYOND = "generation_{}_stored_disabled"
MEASURED = timedelta(days=89)
"""How far back sales tell what is earned: with today, ninety days."""


def programmes() -> Programmes:
    """The programmes that there are: one."""
    now = config.of(storage.read(*config.keys()))
    title, about = "Реферальная программа", "Вознаграждение за покупки приведённых клиентов, до шести поколений"
    return Programmes(items=[Programme(code="referral", title=title, description=about, route=ROUTE, enabled=now.is_active)])


def current() -> ConfigShown:
    """The programme as it stands."""
    rows, system = storage.read_lists(config.keys(), company.keys())
    loyalty = company.loyalty_of(system)
    return _shown(config.of(rows), loyalty, _margin(loyalty))


@storage.again(ConfigRaced)
def change(body: ConfigSaid, *, actor: str) -> ConfigShown:
    """The programme as it is from now on. Raises MarginGuard where it promises more than is earned, unless that is forced."""
    rows, system = storage.read_lists(config.keys(), company.keys())
    new, loyalty = _said(body, config.of(rows)), company.loyalty_of(system)
    promised, margin = _promised(new, loyalty), _margin(loyalty)
    if new.is_active and margin is not None and promised > margin and not (body.force and body.reason):
        raise MarginGuard({"margin": shown(margin), "promised": shown(promised)})
    tx = storage.Transaction()
    house.set_anew(tx, config.PLACE, config.changed(config.of(rows), new))
    repository.write(tx, rows[0], new, why=body.reason, by=actor, at=clock.now())
    tx.commit()
    return _shown(new, loyalty, margin, *_beyond(body))


def _margin(loyalty: Loyalty) -> int | None:
    """What is earned on what is sold, in hundredths of a percent: as the owner said, else by what was sold; None where nobody knows."""
    if loyalty.margin is not None:
        return loyalty.margin
    last = clock.now()
    days = (facts.day_of(at) for at in (last - MEASURED, last))
    found = counts.of_days(OPS, CONTOUR, *days)
    return figures.margin(figures.added(row.numbers for place, row in found.items() if (place.family, place.key) == (OPS, "")))


def _beyond(body: ConfigSaid) -> list[str]:
    """A warning of each generation that was to be on, but lies deeper than the programme goes."""
    deeper = sorted(rule.generation for rule in body.generation_rules if rule.is_enabled and rule.generation > body.max_generations)
    return [BEYOND.format(generation) for generation in deeper]


def _said(body: ConfigSaid, now: Config) -> Config:
    """All six generations: one that was not named keeps its percent and is off."""
    said = {rule.generation: rule for rule in body.generation_rules}
    rules = []
    for old in now.rules:
        rule = said.get(old.generation)
        is_on = rule is not None and rule.is_enabled and old.generation <= body.max_generations
        rules.append(Rule(old.generation, rule.reward_percent if rule else old.percent, is_on))
    base = now.base if body.base_reward_value is None else body.base_reward_value
    return Config(body.is_active, body.reward_unit, base, body.max_generations, tuple(rules))


def _promised(now: Config, loyalty: Loyalty) -> int:
    """The most that one purchase can cost in points and rewards, in hundredths of a percent."""
    return max(level.accrual for level in loyalty.levels) + config.promised(now)


def _shown(now: Config, loyalty: Loyalty, margin: int | None, *beyond: str) -> ConfigShown:
    promised = _promised(now, loyalty)
    warnings = [UNKNOWN] if margin is None else [ABOVE] if promised > margin else []
    return ConfigShown(
        is_active=now.is_active,
        reward_unit=now.unit,
        base_reward_value=now.base,
        max_generations=now.depth,
        generation_rules=[RuleShown(generation=one.generation, reward_percent=one.percent, is_enabled=one.is_enabled) for one in now.rules],
        warnings=[*(warnings if now.is_active else []), *beyond],
        promised_percent=promised,
        margin_percent=margin,
    )


def info(client_id: int | None, caller: Caller) -> ClientInfo:
    """What a client got for whom he brought, by generation; the tiers alone for nobody. One read, and one for who he is.

    Raises ClientNotFound: to a client nobody else exists.
    """
    where = place("live", client_id or 0)
    own: list[storage.Key] = [PersonRow.at(where), Account.at(where)] if client_id else []
    rows, found = storage.read_lists(config.keys(), own)
    now = config.of(rows)
    if client_id and not clients.belongs(caller, client_id=index.standing(found[0]).client_id, contour="live"):
        raise ClientNotFound({"field": "client_id"})
    account = (found[1] if client_id else None) or Account(place=where)
    generations = [_brought(now, account, number) for number in range(1, GENERATIONS + 1)] if client_id else []
    tiers = [_tier(now, rule) for rule in now.rules if rule.is_enabled]
    return ClientInfo(
        is_active=now.is_active,
        reward_unit=now.unit,
        reward_type=now.unit,
        max_generations=now.depth,
        tiers=tiers,
        client_id=client_id,
        generations=generations,
        total_accrued=sum(one.accrued for one in generations),
    )


def _tier(now: Config, rule: Rule) -> Tier:
    label = f"{rule.generation}-е поколение"
    said: dict[str, Any] = {"reward_percent": rule.percent, "reward_value": share(now.base, rule.percent), "reward_unit": now.unit}
    return Tier(generation=rule.generation, generation_label=label, **said)


def _brought(now: Config, account: Account, number: int) -> Brought:
    accrued = account.rewarded(now.unit, number)
    return Brought(generation=number, percent=now.percents.get(number, 0), referred_count=account.brought(number), accrued=accrued)
