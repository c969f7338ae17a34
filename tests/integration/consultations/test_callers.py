"""Who may do what: nobody, another's token, a wrong one, the right one, the right one again; a person, a back end, a site."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.clients.service import Client
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.followers import chatwoot as desk
from chalicelib.core import ids, oidc, storage
from chalicelib.core.settings import settings
from tests.builders import client_row, ledger
from tests.standins.oidc import IssuerStandIn
from tests.standins.store import OneAtATime

CREATE, SIMPLE, CLIENTS = "/api/consultations/create", "/api/consultations/simple", "/api/clients"
CONTACTS = {"email": "aziza@example.uz", "phone_number": "+998901234567", "org_inn": "305112233"}
HASH = "5a" * 32
SCOPES = "consultations:create clients:read clients:write"


@pytest.fixture
def issuer(settings_as_they_stand, monkeypatch):
    oidc.forget_all()
    with IssuerStandIn() as stand_in:
        for name, value in {"STAGE": "prod", "OIDC_ISSUER": stand_in.issuer, "OIDC_AUDIENCE": stand_in.audience}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield stand_in
    oidc.forget_all()


@pytest.fixture
def as_(issuer):
    def headers(sub, scope="openid profile", **more):
        return {"Authorization": f"Bearer {issuer.token(sub=sub, scope=scope, **more)}"}

    return headers


@pytest.fixture
def office(as_):
    return as_("crm", SCOPES)


@pytest.fixture
def open_form(issuer, monkeypatch):
    monkeypatch.setenv("CONSULTATIONS_OPEN_FORM", "true")
    settings.cache_clear()


def ask(front, headers, comment="Как выставить счёт?", client=None, **said):
    return front.post(CREATE, {"client": CONTACTS if client is None else client, "consultation": {"comment": comment, **said}}, headers)


def account_of(client_id):
    (account,) = storage.read(Account.at(ids.from_uuid(client_id)))
    return account


def doors(client_id, cons_id, client_hash):
    """Every operation on what is one client's."""
    return [
        ("POST", CREATE, {"client": {"client_id": client_id}, "consultation": {"comment": "Чужой вопрос"}}),
        ("POST", CREATE, {"client": CONTACTS, "consultation": {"comment": "Чужой вопрос", "client_id": client_id}}),
        ("POST", CREATE, {"client": {"client_id_hash": client_hash}, "consultation": {"comment": "Чужой вопрос"}}),
        ("POST", SIMPLE, {"client_id": client_id, "comment": "Чужой вопрос"}),
        ("POST", CLIENTS, {"client_id": client_id, "city": "Нукус"}),
        ("POST", CLIENTS, {"client_id_hash": client_hash, "city": "Нукус"}),
        ("GET", f"{CLIENTS}/{client_id}", None),
        ("GET", f"{CLIENTS}/by-hash/{client_hash}", None),
        ("GET", f"/api/tickets/{cons_id}", None),
        ("GET", f"/api/tickets/clients/{client_id}/tickets", None),
    ]


def call(front, door, headers):
    method, path, body = door
    return front.post(path, body, headers) if method == "POST" else front.get(path, headers)


def test_every_door_by_every_caller(front, issuer, as_, office):
    aziza, bek = as_("aziza"), as_("bek")
    made = ask(front, aziza).ok()
    client_id, cons_id = made["client_id"], made["consultation"]["cons_id"]
    before = front.get(f"{CLIENTS}/{client_id}", aziza).ok()
    wrong = {"Authorization": f"Bearer {issuer.token(aud='another')}"}
    for door in doors(client_id, cons_id, account_of(client_id).client_id_hash):
        nobody, stranger, forged = (call(front, door, headers) for headers in ({}, bek, wrong))
        assert (nobody.status, nobody.headers["WWW-Authenticate"]) == (401, "Bearer"), door
        assert (forged.status, forged.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"'), door
        assert (stranger.status, stranger.body["detail"]) == (
            404,
            "Ticket not found" if "tickets/" + cons_id in door[1] else "Client not found",
        )
        unknown = tuple(str(part).replace(client_id, str(uuid.UUID(int=7))).replace(cons_id, "nobody") for part in door[1:2])
        assert stranger.body == front.get(unknown[0], bek).body or door[0] == "POST", "as if there were none"
    assert front.get(f"{CLIENTS}/{client_id}", aziza).ok() == before
    for headers in (aziza, aziza, office):
        for door in doors(client_id, cons_id, account_of(client_id).client_id_hash):
            call(front, door, headers).ok()
    assert front.get(f"/api/tickets/clients/{client_id}/tickets", aziza).ok()["total"] == 3  # one names a firm: its own


def test_a_back_end_needs_the_scope_of_the_door(front, as_, office):
    made = ask(front, office).ok()
    needed = dict.fromkeys((CREATE, SIMPLE), "consultations:create") | {CLIENTS: "clients:write"}
    for door in doors(made["client_id"], made["consultation"]["cons_id"], account_of(made["client_id"]).client_id_hash):
        scope = needed.get(door[1], "clients:read")
        refused = call(front, door, as_("crm", SCOPES.replace(scope, "")))
        assert (refused.status, refused.body["error"]) == (403, "insufficient_scope")
        assert refused.headers["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'
        assert call(front, door, as_("crm", "", scp=[scope])).status == 200
        assert call(front, door, as_("crm", "email", client_id="crm")).status == 403, "a machine without scopes is no person"


def test_only_who_may_write_cards_replaces_by_asking(front, as_, office):
    made = front.post(CLIENTS, {**CONTACTS, "tariff_id": "base"}, office).ok()
    named = {"client_id": made["client_id"], "tariff_id": "full"}
    assert ask(front, as_("crm", "consultations:create"), client=named).ok()["warnings"]
    assert front.get(f"{CLIENTS}/{made['client_id']}", office).ok()["tariff_id"] == "base"
    ask(front, office, "Другой вопрос", client=named).ok()
    assert front.get(f"{CLIENTS}/{made['client_id']}", office).ok()["tariff_id"] == "full"


def test_what_a_person_types_finds_nobody_and_tells_nothing(front, as_, office):
    known = front.post(CLIENTS, {**CONTACTS, "tariff_id": "base", "client_id_hash": HASH}, office).ok()
    row = client_row("br0001")
    mine, unknown = (
        ask(front, as_(sub), client=client).ok() for sub, client in (("bek", CONTACTS), ("olim", {"email": "olim@example.uz"}))
    )
    assert mine["client_id"] != known["client_id"]
    assert set(mine) == set(unknown), "no warning tells that the contacts are known"
    card = front.post(CLIENTS, {**CONTACTS, "city": "Нукус"}, as_("bek")).ok()
    assert (card["client_id"], card["email"], card["phone_number"]) == (mine["client_id"], CONTACTS["email"], CONTACTS["phone_number"])
    assert client_row("br0001").attribute_values == row.attribute_values
    assert front.get(f"{CLIENTS}/{known['client_id']}", office).ok() == known
    (told,) = ledger("admin", "admin_duplicates")
    assert ids.from_uuid(known["client_id"]) in str(told.attribute_values), "the office sees the pair, once"
    assert ask(front, office, "Вопрос бэкенда").ok()["client_id"] == known["client_id"], "the real one is still found by them"


def test_a_planted_contact_catches_nobody_later(front, as_, office):
    thief = ask(front, as_("thief")).ok()["client_id"]
    honest = front.post(CLIENTS, CONTACTS, office).ok()["client_id"]
    form = {"name": "Азиза", "contact": {"type": "phone", "value": CONTACTS["phone_number"]}}
    front.post("/submit-application", form).ok()
    assert thief != honest
    assert client_row("br0001").name is None, "the form found the real one"
    assert ask(front, as_("aziza"), "Мой вопрос").ok()["client_id"] not in (thief, honest)


def test_an_account_changes_by_its_owner_and_repeats_are_one(front, as_):
    aziza = as_("aziza")
    made = [ask(front, aziza).ok() for _ in range(2)]
    assert made[0] == made[1]
    card = front.post(CLIENTS, {"email": "new@example.uz", "tariff_id": "full", "cl_ref_key": str(uuid.uuid4())}, aziza).ok()
    assert (card["email"], card["tariff_id"], card["cl_ref_key"]) == ("new@example.uz", "full", None)
    assert "back end" in card["warnings"][0]
    assert front.post(CLIENTS, {"email": "new@example.uz"}, aziza).ok()["client_id"] == made[0]["client_id"]


def test_a_document_of_1c_that_a_person_names_is_not_taken(front, as_, office):
    ref_key = str(uuid.uuid4())
    assert ask(front, as_("bek"), cl_ref_key=ref_key).ok()["consultation"]["cl_ref_key"] is None
    assert ask(front, office, cl_ref_key=ref_key).ok()["consultation"]["cl_ref_key"] == ref_key


def test_a_hash_of_a_back_end_is_a_proof_once(front, as_, office):
    known = front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH}, office).ok()
    aziza, thief = as_("aziza"), as_("thief")
    assert front.get(f"{CLIENTS}/by-hash/{HASH}", aziza).status == 404, "until it is his"
    assert front.post(CLIENTS, {"client_id_hash": HASH[:-1] + "0"}, aziza).status == 404
    asked = ask(front, aziza, client={"client_id_hash": HASH}).ok()
    assert asked["client_id"] == known["client_id"]
    assert front.get(f"{CLIENTS}/by-hash/{HASH}", aziza).ok()["client_id"] == known["client_id"]
    assert ask(front, aziza, "Ещё вопрос").ok()["client_id"] == known["client_id"]
    for answer in (ask(front, thief, client={"client_id_hash": HASH}), front.post(CLIENTS, {"client_id_hash": HASH}, thief)):
        assert answer.status == 404
    own = ask(front, thief, "Свой вопрос").ok()["client_id"]
    other = front.post(CLIENTS, {"email": "bek@example.uz", "client_id_hash": "7b" * 32}, office).ok()
    assert front.post(CLIENTS, {"client_id_hash": "7b" * 32}, thief).status == 404, "who has an account is given no second one"
    assert account_of(other["client_id"]).owner is None and own != other["client_id"]


def test_a_hash_that_a_person_makes_up_is_written_nowhere(front, as_, office):
    assert front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH}, as_("thief")).status == 404
    assert front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH}, office).ok()
    assert front.get(f"{CLIENTS}/by-hash/{HASH}", as_("thief")).status == 404


@pytest.mark.parametrize(
    "calls", [lambda front, me: ask(front, me).ok()["client_id"], lambda front, me: front.post(CLIENTS, CONTACTS, me).ok()["client_id"]]
)
def test_two_first_calls_at_once_make_one_account_of_one_owner(front, as_, calls):
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: calls(front, as_("aziza")), range(16)))
    assert len(made) == 1
    assert len(list(Account.scan())) == len(list(Client.scan())) == 1
    assert account_of(made.pop()).owner


def test_two_people_with_one_hash_at_once_are_one_owner(front, as_, office):
    known = front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH}, office).ok()
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: front.post(CLIENTS, {"client_id_hash": HASH}, as_(f"p-{n}")).status, range(8)))
    assert sorted(statuses) == [200, *[404] * 7]
    assert account_of(known["client_id"]).owner


def test_the_same_name_at_another_issuer_is_another_person(front, as_, monkeypatch):
    mine = ask(front, as_("aziza")).ok()["client_id"]
    with IssuerStandIn() as other:
        monkeypatch.setenv("OIDC_ISSUER", other.issuer)
        settings.cache_clear()
        headers = {"Authorization": f"Bearer {other.token(sub='aziza')}"}
        assert front.get(f"{CLIENTS}/{mine}", headers).status == 404
        assert ask(front, headers).ok()["client_id"] != mine


def test_a_key_of_another_caller_is_another_key(front, as_):
    one, two = ({**as_(sub), "Idempotency-Key": "k"} for sub in ("aziza", "bek"))
    first = ask(front, one).ok()
    assert ask(front, one).ok() == first
    assert ask(front, two).ok()["consultation"]["cons_id"] != first["consultation"]["cons_id"]


def test_chatwoots_running_number_is_its_owners_and_the_offices(front, as_, office):
    from chalicelib.consultations.tickets import repository
    from chalicelib.consultations.tickets.service import Consultation

    aziza, bek = as_("aziza"), as_("bek")
    made = ask(front, aziza).ok()
    (row,) = Consultation.scan()
    tx = storage.Transaction()
    repository.also_named(tx, row, repository.chatwoot_name(17))
    tx.commit()
    ask(front, bek).ok()
    for number in ("16", "17", "18", "chatwoot#17", "chatwoot%2317"):
        assert front.get(f"/api/tickets/{number}", bek).status == 404
    for headers in (aziza, office):
        assert front.get("/api/tickets/17", headers).ok()["comment"] == made["consultation"]["comment"]


def test_a_site_without_sign_in_asks_for_somebody_new_and_reads_nothing(front, open_form, as_, office):
    known = front.post(CLIENTS, {**CONTACTS, "client_id_hash": HASH}, office).ok()
    card = client_row("br0001").attribute_values
    made = ask(front, {}).ok()
    assert made["client_id"] != known["client_id"]
    assert client_row("br0001").attribute_values == card
    assert len(ledger("admin", "admin_duplicates")) == 1
    assert set(made) == {"consultation", "client_id", "message"}
    for client in ({"client_id": known["client_id"]}, {"client_id_hash": HASH}, {"client_id": made["client_id"]}):
        assert ask(front, {}, "Чужой вопрос", client=client).status == 404
    for door in doors(made["client_id"], made["consultation"]["cons_id"], account_of(made["client_id"]).client_id_hash)[3:]:
        assert call(front, door, {}).status == 401
    assert front.get(f"{CLIENTS}/{made['client_id']}", as_("bek")).status == 404
    assert front.get(f"/api/tickets/{made['consultation']['cons_id']}", office).ok()
    assert ask(front, {"Authorization": "Bearer x"}).status == 401


def test_a_sites_repeat_is_the_same_visitors_with_the_same_words(front, open_form):
    chrome, safari = {"User-Agent": "Chrome"}, {"User-Agent": "Safari"}
    first = ask(front, chrome).ok()
    assert ask(front, chrome, "как  ВЫСТАВИТЬ счёт?").ok() == first
    others = [
        ask(front, safari).ok(),
        ask(front, chrome, "Другой вопрос").ok(),
        ask(front, chrome, client={"email": "bek@example.uz"}).ok(),
        ask(front, {**safari, "Idempotency-Key": "k"}).ok(),
        ask(front, {**chrome, "Idempotency-Key": "k"}).ok(),
    ]
    assert len({one["client_id"] for one in [first, *others]}) == 6


def test_without_the_setting_a_site_must_sign_in(front, issuer):
    assert ask(front, {}).status == 401


@pytest.mark.parametrize("typed", [True, False])
def test_a_typed_contact_takes_over_nobodys_contact_in_chatwoot(front, chatwoot, as_, office, typed):
    from chalicelib.consultations.tickets.service import Consultation

    hers = desk.configured().create_contact(identifier=None, name="Азиза", phone=CONTACTS["phone_number"], email=None, custom_attributes={})
    ask(front, as_("bek") if typed else office).ok()
    (row,) = Consultation.scan()
    desk.align(row)
    assert len(chatwoot.contacts) == (2 if typed else 1)
    assert bool(chatwoot.contacts[hers.id]["identifier"]) is not typed
