"""A desk in the middle of its work: two clients with everything that a client may have, and what is planted about the first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from chalicelib.ai.models import AiJob
from chalicelib.ai.rules import KEPT_JOBS
from chalicelib.booking.sessions.models import Session
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place_of
from chalicelib.consultations.accounts.models import Account
from chalicelib.core import clock, ids, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads.models import Lead
from tests.authorisation.callers import Proofs, bearer
from tests.builders import SERVICE, TELEGRAM, Front, book, client_row, confirm, moscow, sample, slot, specialist, start, tomorrow
from tests.standins.gocrm import GoCrmStandIn, Parent
from tests.standins.oidc import IssuerStandIn

OWNER, OTHER = 7044441001, 7044441002
OTHER_NUMBER, OWNER_NUMBER = "br0001", "br0003"
"""As they come, with somebody between: the first two stand in examples."""

SPECIALIST_ACCOUNT = "5550001"
STAFF_EMAIL, STAFF_PASSWORD, STAFF_ACCOUNT = "manager@example.org", "correct-horse-battery", 7044441007

OWNER_PHONE, OTHER_PHONE = "+7 904 777-31-31", "+7 904 222-45-45"
UNKNOWN_PHONE = "+7 904 111-90-09"
OWNER_PARENT, OTHER_PARENT = "79167773131", "79162224545"

PLANTED = {
    "name": "Златоустова",
    "phone": "9047773131",
    "phone as typed": "904 777-31-31",
    "e-mail": "pelageya.plant@example.org",
    "Telegram name": "pelageya_plant",
    "Telegram account": str(OWNER),
    "request": "тайна Пелагеи",
    "meeting link": "https://meet.example.org/planted-room",
    "question": "вопрос Пелагеи",
    "INN": "305119977",
    "parent's phone": OWNER_PARENT,
    "child": "Евпраксия",
}
"""What is known of the owner, as pieces of text that nothing else holds; with his numbers and ids, see `World.planted`."""

CLIENT = {"name": "Пелагея Златоустова", "email": PLANTED["e-mail"], "telegram": f"@{PLANTED['Telegram name']}"}
OWNER_SAYS = {**CLIENT, "contact": {"type": "phone", "value": OWNER_PHONE}, "request_text": PLANTED["request"]}
OTHER_SAYS = {"name": "Фома Иной", "contact": {"type": "phone", "value": OTHER_PHONE}, "request_text": "обычная просьба"}
ACCOUNT = {"email": PLANTED["e-mail"], "phone_number": "+998907773131", "org_inn": PLANTED["INN"]}


@dataclass
class World:
    """What stands, by the ids that requests name. Everything of `Things` is the owner's."""

    front: Front
    club: GoCrmStandIn
    issuer: IssuerStandIn
    tick: Callable[..., Any]
    specialist_id: str = ""
    test_specialist_id: str = ""
    idle_specialist_id: str = ""
    ticket_id: str = ""
    session_id: str = ""
    start_at: datetime = field(default_factory=lambda: tomorrow(10, days=5))
    rated_ticket_id: str = ""
    other_ticket_id: str = ""
    slots: dict[str, str] = field(default_factory=dict)
    test_ticket_id: str = ""
    account_id: str = ""
    account_hash: str = ""
    cons_id: str = ""
    lead_id: str = ""
    inbox_id: str = ""
    proposal_id: str = ""
    help_token: str = ""
    effect_id: str = ""
    center_id: str = ""
    child_id: str = ""
    shown_window_id: str = ""
    subscription_id: str = ""
    user_id: str = ""
    message_id: str = ""
    forecast_id: str = ""
    call_id: str = ""
    task_id: str = ""
    said: str = "Клиент: Сколько стоит занятие?"
    job_id: str = ""
    connection_id: str = ""
    product_id: str = ""
    employee_id: str = ""
    master_id: str = ""
    refresh_token: str = ""
    proofs: Proofs = field(init=False)

    @property
    def family(self) -> Parent:
        """The owner's family, as the club has it."""
        return self.club.parents[OWNER_PARENT]

    @cached_property
    def secret(self) -> str:
        """What opens the specialist's own page."""
        return str(self.front.get(f"/specialists/{self.specialist_id}", SERVICE).ok()["secret"])

    @cached_property
    def client_id(self) -> str:
        """The owner's id."""
        return str(client_row(OWNER_NUMBER).client_id)

    @cached_property
    def planted(self) -> dict[str, str]:
        """What nobody else may learn of the owner."""
        ids_of_his = {
            "lead number": OWNER_NUMBER,
            "test number": "tbr0001",
            "client id": self.client_id,
            "account": self.account_id,
            "account hash": self.account_hash,
        }
        return {**PLANTED, **ids_of_his}

    @property
    def unshared(self) -> dict[str, str]:
        """What nobody without a proof may read of anybody: keys to things, and whom the bot writes to."""
        return {
            "a specialist's secret": self.secret,
            "a specialist's account": SPECIALIST_ACCOUNT,
            "a ticket of the owner's": self.ticket_id,
            "his rated ticket": self.rated_ticket_id,
            "his session": self.session_id,
            "another's ticket": self.other_ticket_id,
            "another's phone": "9042224545",
            "another's name": "Фома",
            "who waits": self.help_token,
        }


def built(front: Front, club: GoCrmStandIn, issuer: IssuerStandIn, tick: Callable[..., Any]) -> World:
    """The whole world, made through the doors."""
    world = World(front, club, issuer, tick)
    _desk(world)
    _other(world)
    world.front.post("/client-registration", {"user_id": "7044441003"}, SERVICE).ok()
    _owner(world)
    _test_contour(world)
    _consultation(world)
    world.tick("follow")  # who applied is a lead
    _club(world)
    parents = [_signed_in(world, phone) for phone in (OWNER_PARENT, OTHER_PARENT)]
    world.shown_window_id = world.front.get("/gocrm/windows", parents[0], child_id=world.child_id).ok()["windows"][0]["id"]
    _lead(world)
    _message(world)
    _connection(world)
    _what_waits(world)
    _who_waits(world)
    world.proofs = Proofs(
        owner_client_id=world.client_id,
        other_client_id=str(client_row(OTHER_NUMBER).client_id),
        owner_account=OWNER,
        other_account=OTHER,
        owner_parent=parents[0],
        other_parent=parents[1],
        issuer=issuer,
        staff=_staff(world),
    )
    _forecast(world)
    _job(world)
    return world


def _desk(world: World) -> None:
    world.specialist_id = specialist(world.front, telegram_id=SPECIALIST_ACCOUNT)
    world.idle_specialist_id = specialist(world.front, "Игорь Селиванов", telegram_id="5550002")
    hours = {"rated": tomorrow(10), "booked": world.start_at, "other": tomorrow(11, days=5), "free": tomorrow(12, days=5)}
    hours["spare"] = tomorrow(15, days=5)
    world.front.put("/surveys/trevoga", sample("intake/put_survey.json"), SERVICE).ok()
    assert world.secret, "made before anybody is asked"
    supervision = {"event": "Супервизия", "date": moscow(tomorrow(18, days=6))[:5], "time": "18:00", "kind": "group"}
    world.front.post("/create-custom-event", {"secret": world.secret, **supervision}).ok()
    world.front.post("/psy-os", {"anketa": "Всё хорошо", "psychologist_name": world.specialist_id}).ok()
    world.proposal_id = world.front.get("/proposals", SERVICE).ok()["proposals"][0]["id"]
    world.slots = {name: slot(world.front, world.specialist_id, moment) for name, moment in hours.items()}
    for goods in ({"name": "Чай", "stock": 5}, {"name": "Сахар"}):
        made = world.front.post("/api/v1/admin/products", {**goods, "price_rub": 100}, SERVICE).ok()
        world.product_id = world.product_id or str(made["id"])
    world.front.post("/api/v1/admin/news", {"title": "Новость", "body": "Для всех"}, SERVICE).ok()
    world.front.post("/api/v1/admin/employees/categories", {"name": "Мастера"}, SERVICE).ok()
    card = {"full_name": "Вера Соколова", "is_bookable": False}
    world.employee_id = str(world.front.post("/api/v1/admin/employees", card, SERVICE).ok()["id"])
    master = {"full_name": "Мария Орлова", "specialist_id": world.specialist_id}
    world.master_id = str(world.front.post("/api/v1/admin/employees", master, SERVICE).ok()["id"])


def _owner(world: World) -> None:
    front = world.front
    world.rated_ticket_id = book(front, tomorrow(10), OWNER, update_id=1, **OWNER_SAYS)
    confirm(front, world.rated_ticket_id, tomorrow(10))
    world.tick("feedback_reminder", tomorrow(13))
    world.ticket_id = book(front, world.start_at, OWNER, update_id=2, **OWNER_SAYS)
    world.session_id = storage.query(Session, world.ticket_id).rows[0].session_id
    for ticket_id in (world.rated_ticket_id, world.ticket_id):
        for session in storage.query(Session, ticket_id).rows:
            session.conference_url, session.conference_provider = PLANTED["meeting link"], "zoom"
            session.conference_id, session.conference_at, session.conference_minutes = "77", session.start_at, session.minutes
            session.save()


def _other(world: World) -> None:
    world.other_ticket_id = book(world.front, tomorrow(11, days=5), OTHER, update_id=3, **OTHER_SAYS)


def _test_contour(world: World) -> None:
    front, moment = world.front, tomorrow(10, days=6)
    world.test_specialist_id = specialist(front, "Проба Пробная", contour="test")
    for name, at in (("test", moment), ("test free", tomorrow(12, days=6))):
        world.slots[name] = slot(front, world.test_specialist_id, at)
    body = {**OWNER_SAYS, "age": 30, "selected_slots": [moscow(moment)]}
    world.test_ticket_id = front.post("/submit-application-test-contur", body).ok()["ticket_id"]
    front.post("/process-link", {"user_id": OWNER, "ticket_id": world.test_ticket_id}, SERVICE).ok()


def _consultation(world: World) -> None:
    body = {"client": ACCOUNT, "consultation": {"comment": PLANTED["question"], "lang": "ru"}, "source": "SITE"}
    person = bearer(world.issuer.token(sub="person-1"))
    made = world.front.post("/api/consultations/create", body, person).ok()
    world.account_id, world.cons_id = made["client_id"], made["consultation"]["cons_id"]
    (account,) = storage.read(Account.at(ids.from_uuid(world.account_id)))
    world.account_hash = account.client_id_hash


def _club(world: World) -> None:
    club = world.club
    world.center_id = str(club.add_center(club.add_city("Уфа"), "ул. Мира, 5"))
    parent = club.add_parent(OWNER_PARENT, name="Златоустова Пелагея", children=[PLANTED["child"]])
    club.add_parent(OTHER_PARENT, name="Иной Фома", children=["Мира"])
    world.child_id = str(parent.children[0]["id"])
    world.subscription_id = _family(club, parent)
    at = (datetime.now(UTC) + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    club.add_window(at)


def _lead(world: World) -> None:
    lead = {"name": "Пелагея Златоустова", "phone": OWNER_PHONE, "center_id": world.center_id, "birthday": "04.05.2019"}
    world.lead_id = world.front.post("/gocrm/leads", lead).ok()["lead_id"]
    who, lead = storage.read(PersonRow.at(place_of(OWNER_NUMBER)), Lead.at(place_of(OWNER_NUMBER)))
    if lead is None:
        tx, said = storage.Transaction(), {"source": "website", "at": clock.now(), "by": "system", "events": ()}
        deciding.open_in(tx, person=who, client_id=who.client_id, place=who.place, **said)
        tx.commit()


def _family(club: GoCrmStandIn, parent: Parent) -> str:
    child, past = parent.children[0]["id"], datetime.now(UTC) - timedelta(days=3)
    club.add_lesson(parent, child, past.replace(minute=0, second=0, microsecond=0), visited="1")
    return str(club.add_subscription(parent, child))


def _message(world: World) -> None:
    """The owner is a lead of nobody's yet, and something was written to him."""
    where = place_of(OWNER_NUMBER)
    lead, person = storage.read(Lead.at(where), PersonRow.at(where))
    if lead is None:
        tx, about = storage.Transaction(), {"client_id": world.client_id, "place": where, "source": "website"}
        deciding.open_in(tx, person=person, at=clock.now(), by="system", events=(), **about)
        tx.commit()
    said = {"lead_id": OWNER_NUMBER, "message_type": "telegram", "body": "Добрый день"}
    world.message_id = str(world.front.post("/api/v1/messages", said, SERVICE).body["id"])
    call = {"lead_id": OWNER_NUMBER, "from_number": "100", "to_number": "101", "direction": "inbound"}
    world.call_id = str(world.front.post("/api/v1/calls", call, SERVICE).body["id"])
    world.front.post(f"/api/v1/calls/{world.call_id}/transcript", {"text": world.said}, SERVICE)
    task = {"call_id": int(world.call_id), "task_type": "send", "due_at": "2026-12-01T10:00:00Z"}
    world.task_id = str(world.front.post("/api/v1/calls/tasks", task, SERVICE).body["id"])


def _forecast(world: World) -> None:
    """What the manager's deals will bring."""
    said = sample("sales/forecasts_create.json") | {"assigned_to": int(world.user_id)}
    world.forecast_id = str(world.front.post("/api/v1/forecasts", said, SERVICE).body["id"])


def _job(world: World) -> None:
    """What the manager asked a model for, and what it answered."""
    now = clock.now()
    job = AiJob(job_id=ids.new(), kind="generate_email", subject="lead#1", mark="m", asked={}, created_by=int(world.user_id), state="done")
    job.result, job.created_at, job.finished_at, job.expires_at = {"body": "Добрый день"}, now, now, now + KEPT_JOBS
    job.save()
    world.job_id = str(job.job_id)


def _connection(world: World) -> None:
    """A CRM where nobody answers."""
    said = {"name": "Отдел продаж", "crm_type": "amocrm", "base_url": "http://127.0.0.1:9", "access_token": "token-of-nobodys-account"}
    world.connection_id = str(world.front.post("/api/v1/crm/connections", said, SERVICE).body["id"])


def _what_waits(world: World) -> None:
    """An event that was decided, and an effect that died."""
    world.inbox_id = "telegram#2"
    world.front.post("/send_admin_message_to_user", {"command": f"{OWNER_NUMBER}: Добрый день"}, SERVICE).ok()
    row = storage.query(OutboxRow, f"client#{world.client_id}").rows[-1]
    row.state = "dead"
    row.save()
    world.effect_id = row.effect_id


def _who_waits(world: World) -> None:
    """Somebody for whom a specialist is looked for, as the specialist reads of him."""
    said = {"name": "Ждан Ждущий", "contact": {"type": "phone", "value": "+7 904 333-66-77"}, "ticket_id": "hh_7777777"}
    ticket_id = world.front.post("/submit-application", {**said, "selected_slots": []}).ok()["ticket_id"]
    world.front.post("/telegram", start(ticket_id, 7044441009, update_id=901), TELEGRAM).ok()
    (waiting,) = world.front.post("/get-help-hand-tickets", {"secret": world.secret}).ok()
    world.help_token = waiting["ticket_id"]


def _staff(world: World) -> dict[str, dict[str, str]]:
    """One of each who works here, signed in; the manager is known to Telegram too."""
    headers = {}
    for role in ("owner", "admin", "manager"):
        telegram = {"telegram_id": STAFF_ACCOUNT} if role == "manager" else {}
        said = {"email": f"{role}@example.org", "password": STAFF_PASSWORD, "role": role, **telegram}
        world.user_id = str(world.front.post("/api/v1/users", said, SERVICE).body["id"])
        tokens = _staff_tokens(world, role)
        headers[f"staff: {role}"], world.refresh_token = bearer(tokens["access_token"]), tokens["refresh_token"]
    headers["staff: ended"] = bearer(_staff_tokens(world, "owner")["access_token"])
    world.front.post("/api/v1/auth/logout", {}, headers["staff: ended"]).ok()
    return headers


def _staff_tokens(world: World, role: str) -> Any:
    return world.front.post("/api/v1/auth/login", {"email": f"{role}@example.org", "password": STAFF_PASSWORD}).ok()


def _signed_in(world: World, phone: str) -> dict[str, str]:
    world.front.post("/gocrm/sign-in", {"phone": f"+{phone}"}).ok()
    world.tick("sweep")
    code = world.club.codes[phone]
    return bearer(world.front.post("/gocrm/sign-in", {"phone": f"+{phone}", "code": code}).ok()["token"])
