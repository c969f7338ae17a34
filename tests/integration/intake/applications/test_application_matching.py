"""Specialists are ranked, each with the reasons; the admin reads the same."""

from tests.builders import SERVICE, application, ledger, moscow, slot, specialist, ticket_row, tomorrow

DOOR = "/submit-application"


def matches(front, **said):
    rows = front.post(DOOR, application(**said)).ok()["matches"]
    return {row["psychologist"]: row["reasons"] for row in rows}


def test_each_reason_is_told(front):
    moment = tomorrow(10)
    person = specialist(front, price_min=300_000, debt=3, number_of_clients_provided=1)
    slot(front, person, moment)
    said = {"gender": "Женщина", "price_max": "до 3 000 ₽", "specializations": ["Сон", "Тревога", "Развод"]}
    found = matches(front, preferences=said, selected_slots=[moscow(moment)], psychologists=[], psychologist="Орлова Мария")
    assert found["Мария Орлова"] == [
        "выбран в заявке",
        "подходит по полу",
        "подходит по цене",
        "работает с запросом: сон, тревога",
        "свободен в выбранное время: 1",
        "осталось назначить: 2",
    ]


def test_only_what_fits_is_a_reason(front):
    specialist(front, price_min=300_100, gender="male")
    found = matches(front, preferences={"gender": "female", "price_max": 3000, "specializations": ["деньги"]})
    assert found["Мария Орлова"] == ["осталось назначить: 0"]


def test_roubles_of_a_form_are_compared_with_kopecks(front):
    specialist(front, "Ровно Столько", price_min=350_050)
    specialist(front, "Чуть Дороже", price_min=350_051)
    found = matches(front, preferences={"price_max": "3500,50"})
    assert ["подходит по цене" in reasons for reasons in found.values()] == [True, False]


def test_no_matter_is_no_wish(front):
    specialist(front)
    assert matches(front, form={"formPsyClientInfo": {"sexPsycho": "Не имеет значения"}})["Мария Орлова"] == ["осталось назначить: 0"]


def test_the_order_is_name_gender_price_topics_times_and_what_is_owed(front):
    moment = tomorrow(10)
    people = {
        "А Должны": {"debt": 9, "price_min": None, "gender": None, "specialisations": []},
        "Б Свободна": {"price_min": None, "gender": None, "specialisations": []},
        "В Тема": {"price_min": None, "gender": None, "specialisations": ["сон"]},
        "Г Цена": {"price_min": 100, "gender": None, "specialisations": []},
        "Д Пол": {"price_min": None, "gender": "female", "specialisations": []},
    }
    made = {name: specialist(front, name, **said) for name, said in people.items()}
    slot(front, made["Б Свободна"], moment)
    wishes = {"gender": "female", "price_max": "5", "specializations": ["Сон"]}
    found = matches(front, preferences=wishes, selected_slots=[moscow(moment)])
    assert list(found) == ["Д Пол", "Г Цена", "В Тема", "Б Свободна", "А Должны"]


def test_five_are_shown_and_the_chosen_one_first(front):
    for number in range(7):
        specialist(front, f"Имя{number} Фамилия", debt=10 - number)
    specialist(front, "Тот Самый", debt=-5)
    found = matches(front, selectedPsychologistsNames="самый  тот")
    assert list(found) == ["Тот Самый", "Имя0 Фамилия", "Имя1 Фамилия", "Имя2 Фамилия", "Имя3 Фамилия"]


def test_who_does_not_work_is_not_offered(front):
    specialist(front, "Не Работает", active=False)
    assert matches(front) == {}


def test_the_admin_reads_the_application_once(front):
    moment = tomorrow(10)
    slot(front, specialist(front), moment)
    answer = front.post(DOOR, application(moscow(moment), "31.02 10:00", request_text="сон")).ok()
    (told,) = ledger("admin", "admin_application")
    assert (told.ticket_id, told.cause) == (answer["ticket_id"], "application_submitted")
    assert told.values["contact"] == "+7 904 550-15-67"
    assert told.values["slots"] == [f"{moscow(moment)} — Мария Орлова"]
    assert told.values["taken"] == "31.02 10:00"
    assert told.values["matches"] == ["1. Мария Орлова: свободен в выбранное время: 1, осталось назначить: 0"]
    assert told.values["link"] == answer["link"]


def test_the_ticket_keeps_its_matches(front):
    specialist(front)
    answer = front.post(DOOR, application()).ok()
    assert ticket_row(answer["ticket_id"]).matches == answer["matches"]


def test_whoever_chose_no_time_reads_how_much_is_free_ahead(front):
    slot(front, specialist(front), tomorrow(12))
    (match,) = front.post("/submit-application", application()).ok()["matches"]
    assert "свободных окон впереди: 1" in match["reasons"]


def test_all_that_the_site_asks_is_matched_and_everybody_reads_the_same_reasons(front):
    """What the admin reads, what the ticket keeps and what the back office is shown are the ranking's own words."""
    topics = ["тревога", "развод", "упадок сил", "ОКР"]
    specialist(front, age=41, specialisations=topics)
    said = {
        "questions": ["Всё время тревожно, не сплю"],
        "traumaticEvents": ["Развод"],
        "clientStates": ["Упадок сил"],
        "diagnoses": ["ОКР"],
        "ageFilter": "от 35 до 45 лет",
        "formPsyClientInfo": {"sexPsycho": "Женщина"},
        "top_3_psychologists": ["Мария Орлова"],
    }
    answer = front.post(DOOR, application(**said)).ok()
    (match,) = answer["matches"]
    assert match["reasons"] == [
        "подходит по полу",
        "подходит по возрасту",
        "работает с запросом: тревога",
        "работает с событием: развод",
        "работает с состоянием: упадок сил",
        "работает с диагнозом: ОКР",
        "показан на сайте: 1-й",
        "осталось назначить: 0",
    ]
    (told,) = ledger("admin", "admin_application")
    assert told.values["matches"] == [f"1. Мария Орлова: {', '.join(match['reasons'])}"]
    shown = [front.get("/get-ticket-info", headers, ticket_id=answer["ticket_id"]).ok()["ticket"]["matches"] for headers in (SERVICE, {})]
    assert shown == [answer["matches"], []], "whoever merely shows the id is told nothing of the request"
