"""Five doors want overlapping times of one person at once, and no minute gets two owners: as the store says, round by round."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

from chalicelib.booking.slots import repository
from chalicelib.bot.buttons import _minutes as in_a_button
from tests.builders import SUPABASE, TELEGRAM, change, press, slot, tomorrow
from tests.integration.appointments.booking.conftest import at_once
from tests.integration.booking import days, desk
from tests.proofs import size
from tests.standins.store import OneAtATime

ROUNDS = size(2, full=200)
A_DAY = 3
"""Rounds of one day: each has four hours of it, so that none meets another's."""

QUARTER = timedelta(minutes=15)
BOT = 7012349999
OWNED = ("held", "booked", "taken")


class Round:
    """One stretch of a person's time, offered at two hours of it, and what each door asks of it."""

    def __init__(self, salon, master, number, client):
        self.salon, self.master, self.number, self.client = at_once(number), master, number, client
        self.front = self.salon.front
        self.start = tomorrow(9 + number % A_DAY * 4, days=1 + number // A_DAY)
        self.slots = [slot(salon.front, master["specialist_id"], self.start + hour * 4 * QUARTER) for hour in (0, 1)]
        self.random = random.Random(number)

    def site(self):
        contact = {"type": "phone", "value": f"+7904{1_000_000 + self.number}"}
        return self.front.apply(self.random.choice(self.slots), contact=contact)

    def database(self):
        local = self.start + self.random.choice((1, 2, 3)) * QUARTER + timedelta(hours=3)
        row = {"id": f"row{self.number}", "psychologist": self.master["full_name"], "state": "Занят", "ticket": None, "client_id": None}
        said = {**row, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        return self.front.post("/notify-update", change("INSERT", said), SUPABASE).ok()

    def bot(self, ticket_id):
        session = desk.session(ticket_id)
        wanted = desk.stored(self.slots[self.number % 2]).start_at
        data = f"to:{in_a_button(wanted)}:{ticket_id}:{session.session_id}"
        return self.front.post("/telegram", press(data, BOT, update_id=1000 + self.number), TELEGRAM).ok()

    def panel(self):
        start = self.start + self.random.choice((0, 1, 2)) * QUARTER
        return self._refused_well(self.salon.book(self.client, start, employee_id=self.master["id"], duration_minutes=45))

    def app(self):
        start = self.start + self.random.choice((2, 3, 4)) * QUARTER
        return self._refused_well(self.salon.open(start, 7_020_000_000 + self.number, employee_id=self.master["id"]))

    def _refused_well(self, answer):
        """Whoever loses reads which other times there are."""
        if answer.status != 200:
            assert (answer.status, answer.body["error"]) == (409, "slot_taken"), answer.text
            assert 1 <= len(answer.body["detail"]["alternatives"]) <= 5
        return answer.status

    def play(self, ticket_id):
        doors = [self.site, self.database, lambda: self.bot(ticket_id), self.panel, self.app]
        self.random.shuffle(doors)
        with OneAtATime(), ThreadPoolExecutor(len(doors)) as hands:
            for answer in [hands.submit(door) for door in doors]:
                answer.result()

    def owned(self):
        """What somebody owns of it, earliest first."""
        rows = repository.all_of(self.master["specialist_id"], self.start - 4 * QUARTER, self.start + 12 * QUARTER)
        return sorted((row.start_at, row.start_at + timedelta(minutes=int(row.minutes))) for row in rows if row.state in OWNED)


def test_no_minute_has_two_owners(salon):
    master, client = salon.master("Ольга Белова"), salon.come()
    for day in range(1 + ROUNDS // A_DAY):
        salon.plan(master["id"], "08:00", "23:00", day=tomorrow(10, days=1 + day))
    far = tomorrow(7, days=5 + ROUNDS // A_DAY)
    ticket_id = desk.booked(salon.front, slot(salon.front, master["specialist_id"], far), user_id=str(BOT))
    for number in range(ROUNDS):
        this = Round(salon, master, number, client)
        this.play(ticket_id)
        owned = this.owned()
        assert owned, "somebody got it"
        assert all(one[1] <= two[0] for one, two in pairwise(owned)), (number, owned)
    days.agree()
