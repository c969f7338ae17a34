"""What whom-to-choose-from costs an application, with few specialists and with many."""

from collections.abc import Sequence
from random import Random

from bench import desk
from bench.capacity import metered
from bench.ticks import put
from bench.wire import recorded
from chalicelib.booking.specialists import roster, rules
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import clock

SIZES = (40, 10_000)
TOPICS = ["тревога", "сон", "депрессия", "отношения", "самооценка", "выгорание", "горе", "семья", "дети", "карьера", "травма", "стресс"]
NAMES = ["Мария", "Анна", "Елена", "Ольга", "Ирина", "Вера", "Дарья", "Павел", "Роман", "Софья", "Алексей", "Наталья", "Татьяна"]
SURNAMES = ["Орлова", "Лебедева", "Соколова", "Иванова", "Петрова", "Козлова", "Новикова", "Морозова", "Волкова", "Ким", "Ли"]
OTHERS, OURS = "ids of the old database", "ids of ours"


def measure(sizes: Sequence[int] = SIZES) -> list[tuple[str, dict[int, tuple[int, float]]]]:
    """For each kind of ids and each number of specialists: calls and read units of whom ranking chooses from."""
    return [(kind, {size: _read(kind, size) for size in sizes}) for kind in (OTHERS, OURS)]


def _read(kind: str, count: int) -> tuple[int, float]:
    with desk.opened():
        put([_specialist(kind, number) for number in range(count)])
        roster.keep("live")
        with metered() as meter, recorded() as recorder:
            if len(specialists.candidates("live")) < count:
                raise RuntimeError("somebody was dropped")
        return len(recorder.calls), meter.units.read


def _specialist(kind: str, number: int) -> Specialist:
    chance = Random(number)
    name = f"{chance.choice(NAMES)} {chance.choice(SURNAMES)}"
    row = Specialist(rules.own_id(number) if kind == OURS else str(number), contour="live", name=name, updated_at=clock.wall())
    row.name_key, row.gender = specialists.name_key(name, "live"), chance.choice(["male", "female"])
    row.price_min = chance.randrange(200_000, 600_000, 50_000)
    row.specialisations, row.debt = chance.sample(TOPICS, 4), chance.randint(0, 10)
    row.assigned_days = [f"{clock.wall():%Y-%m}-{day:02}" for day in chance.sample(range(1, 28), chance.randint(0, 8))]
    return row
