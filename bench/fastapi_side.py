"""The FastAPI app with its database filled, and its ASGI door without a network."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench import fastapi_app, fastapi_base, till
from bench.fastapi_models import Base, BookedSession, Client, Counter, Slot, Specialist, Ticket
from bench.fastapi_till import PATH
from bench.fastapi_till_models import Account, Certificate, Entry, Lot, Person, Product, Stock
from bench.operations import Request
from chalicelib.clients.index.rules import place
from tests.builders import SUPABASE, application, change, moscow, tomorrow

APART = timedelta(minutes=10)
SPECIALIST = "01KB2M7D0000000000000000SP"


class Side:
    """One database and one event loop; `times` is how often each endpoint can be called, for every call needs rows of its own."""

    def __init__(self, folder: Path, times: int, colleagues: int, listed: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._times = times
        self._first = tomorrow(9, days=3)
        engine = create_engine(f"sqlite:///{folder / 'desk.db'}")
        Base.metadata.create_all(engine)
        fastapi_base.connect(engine)
        with Session(engine) as db:
            self._people(db, colleagues)
            self._slots(db, listed)
            self._sessions(db)
            self._till(db)
            db.commit()

    def close(self) -> None:
        """The database and the loop are done with."""
        fastapi_base.sessions.kw["bind"].dispose()
        self._loop.close()

    def _people(self, db: Session, colleagues: int) -> None:
        db.add(Counter(name="lead-live", value=0))
        wishes = {"contour": "live", "gender": "female", "price_min": 300_000, "specialisations": ["тревога", "сон"]}
        db.add(Specialist(specialist_id=SPECIALIST, name="Мария Орлова", name_key="мария орлова", **wishes))
        for number in range(colleagues):
            name = f"Вера Соколова-{number:02d}"
            db.add(Specialist(specialist_id=f"colleague-{number:02d}", name=name, name_key=name.lower(), **wishes))

    def _slots(self, db: Session, listed: int) -> None:
        """First those that are listed, then two for each application, then one for each row of the other database."""
        for number in range(listed + 3 * self._times):
            about = {"specialist_id": SPECIALIST, "specialist_name": "Мария Орлова", "contour": "live", "minutes": 60}
            db.add(Slot(slot_id=self._slot_id(number), start_at=self._at(number), **about))
        self._applied = listed
        self._rows = listed + 2 * self._times

    def _sessions(self, db: Session) -> None:
        for number in range(self._times):
            said = {"contour": "live", "client_id": f"client-{number}", "lead_number": f"old{number:05d}"}
            moment = self._at(number)
            db.add(Client(**said, created_at=moment, name="Анна Лебедева"))
            db.add(Ticket(**said, ticket_id=self._ticket_id(number), kind="application", created_at=moment, updated_at=moment, name="Анна"))
            db.add(
                BookedSession(
                    **said,
                    session_id=f"session-{number}",
                    ticket_id=self._ticket_id(number),
                    client_name="Анна Лебедева",
                    specialist_id=SPECIALIST,
                    specialist_name="Мария Орлова",
                    slot_id="another",
                    start_at=moment,
                    end_at=moment + timedelta(hours=1),
                    minutes=60,
                    status="pending",
                    created_at=moment,
                    updated_at=moment,
                )
            )

    def _till(self, db: Session) -> None:
        """As the desk's: goods for everybody, and for each purchase a client whom somebody brought, with points and a certificate."""
        at = self._first
        db.add(Entry(directory="settings", place="referrals", said=till.PROGRAMME))
        for number in till.GOODS:
            said = {"item_type": "product", "name": f"Товар {number}", "price": 20_000, "cost": 9_000, "stock": 9_000_000, "by": "bench"}
            db.add(Product(number=number, created_at=at, updated_at=at, **said))
            db.add(Stock(product=number, location=1, quantity=9_000_000))
        for number in range(self._times):
            who, name = place("live", till.WHO + number), till.WHO + number
            db.add(Person(place=who, client_id=f"client-{name}", lead_number=f"br{name}", created_at=at))
            db.add(Account(place=who, balance=10_000, referrer=5))
            db.add(Lot(place=who, lot="9999-12-31#999999999999", amount=10_000, operation=1))
            gift = {"title": "Подарок", "issue_method": "manual", "status": "active", "actor": "bench", "created_at": at}
            db.add(Certificate(code=till.code_of(number), number=number, amount=50_000, balance=50_000, **gift))

    def _at(self, number: int) -> datetime:
        return self._first + APART * number

    def _slot_id(self, number: int) -> str:
        return f"{number:014d}-slot-of-a-desk"

    def _ticket_id(self, number: int) -> str:
        return f"01KB2M7D{number:018d}"

    def requests(self, path: str) -> Iterator[Request]:
        """As many different requests of an endpoint as it can serve."""
        make: dict[str, Callable[[int], Request]] = {
            "/get-available-slots": lambda number: Request("GET", "/get-available-slots"),
            "/submit-application": self._application,
            "/confirm-session-by-client": self._confirmation,
            "/notify-update": self._row,
            PATH: till.of_another,
        }
        return (make[path](number) for number in range(self._times))

    def _application(self, number: int) -> Request:
        chosen = (self._at(self._applied + 2 * number), self._at(self._applied + 2 * number + 1))
        wishes = {"gender": "Женщина", "price_max": "4 500", "specializations": ["тревога"]}
        body = application(
            *map(moscow, chosen),
            contact={"type": "phone", "value": f"+7 904 55{number:05d}"},
            preferences=wishes,
            request_text=f"Хочу спать спокойно, и так ночь {number}",
            utm_source="search",
            utm_campaign="autumn",
        )
        return Request("POST", "/submit-application", body)

    def _confirmation(self, number: int) -> Request:
        body = {"ticket_id": self._ticket_id(number), "slot_time": moscow(self._at(number))}
        return Request("POST", "/confirm-session-by-client", body)

    def _row(self, number: int) -> Request:
        place = self._rows + number
        local = self._at(place) + timedelta(hours=3)
        row = {"id": self._slot_id(place), "psychologist": SPECIALIST, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        free = {**row, "state": "Свободен", "ticket": None, "client_id": None}
        taken = {**row, "state": "Забронирован", "ticket": self._ticket_id(number), "client_id": None}
        return Request("POST", "/notify-update", change("UPDATE", taken, free), headers=SUPABASE)

    def call(self, request: Request) -> dict[str, Any]:
        """One request through ASGI; its answer's body."""
        raw = b"" if request.body is None else json.dumps(request.body).encode()
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        self._loop.run_until_complete(fastapi_app.app(_scope(request, len(raw)), receive, send))
        body = b"".join(message.get("body", b"") for message in sent)
        if sent[0]["status"] != 200:
            raise RuntimeError(f"FastAPI answered {sent[0]['status']}: {body.decode()}")
        return dict(json.loads(body))


def _scope(request: Request, length: int) -> dict[str, Any]:
    headers = {"content-type": "application/json", "content-length": str(length), "host": "desk", **request.headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": urlencode(request.query).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
