"""Leads by their doors: who may, what is refused, what is shown, and what comes again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bench.wire import recorded
from chalicelib.clients.models import Client, Identity
from chalicelib.core import clock, outbox, storage
from chalicelib.core.bitmaps import walking
from chalicelib.core.settings import settings
from chalicelib.sales.leads import jobs, showing
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE, application, ledger
from tests.integration.sales.leads.conftest import LEADS, OTHER, PHONE, told
from tests.standins.store import OneAtATime


class TestWhoMay:
    def test_each_operation_is_refused_to_who_may_not_and_a_colleagues_lead_is_nowhere(self, sales):
        for name, role in (("oleg", "manager"), ("vera", "operator"), ("ada", "analyst"), ("max", "master")):
            sales.house.hire(name, role)
        mine = sales.come("oleg", phone=PHONE)
        assert sales.front.get(LEADS).status == sales.front.post(LEADS, {"name": "x"}).status == 401
        assert [sales.page("max").status, sales.make("max").status, sales.get(mine, "max").status] == [403] * 3
        refused = [sales.make("ada"), sales.put(mine, "ada", notes="x"), sales.delete(mine, "ada"), sales.delete(mine, "oleg")]
        assert [told(answer) for answer in refused] == [(403, "role_needed")] * 4
        assert [told(answer) for answer in (sales.get(mine, "vera"), sales.put(mine, "vera", notes="x"))] == [(404, "lead_not_found")] * 2
        assert sales.get(mine, "ada").ok()["phone"] == PHONE and sales.get(mine, "oleg").ok()["assigned_to"] == sales.house.ids["oleg"]

    def test_managers_lists_are_theirs_and_nobodys_unless_they_see_all(self, sales, monkeypatch):
        oleg, vera = sales.house.hire("oleg"), sales.house.hire("vera")
        mine, hers, nobodys = sales.come("oleg"), sales.come("vera"), sales.come()
        assert sales.found("oleg") == [nobodys, mine] and sales.found("vera") == [nobodys, hers] and sales.found() == [nobodys, hers, mine]
        assert sales.found("oleg", assigned_to=vera) == [] and sales.page("oleg", assigned_to=vera).body["pages"] == 0
        assert sales.found("oleg", assigned_to=0) == [nobodys] and sales.found("oleg", assigned_to=oleg) == [mine]
        assert sales.found(assigned_to=vera) == [hers]
        monkeypatch.setenv("SALES_SEES_ALL", "true")
        settings.cache_clear()
        assert sales.found("oleg") == [nobodys, hers, mine] and sales.get(hers, "oleg").status == 200

    def test_whose_a_new_lead_is(self, sales, monkeypatch):
        oleg, vera, ada = (sales.house.hire(name, role) for name, role in (("oleg", "manager"), ("vera", "manager"), ("ada", "analyst")))
        assert sales.make("oleg").body["assigned_to_user"] == {"id": oleg, "full_name": "oleg"}
        assert sales.make("oleg", assigned_to=None).body["assigned_to"] is None
        assert sales.make("oleg", assigned_to=vera).body["assigned_to"] == vera
        assert [sales.make(assigned_to=one).status for one in (ada, 999, 0)] == [422] * 3
        monkeypatch.setenv("SALES_ASSIGN", "fewest_open")
        settings.cache_clear()
        assert [sales.make().body["assigned_to"] for _ in range(3)] == [oleg, vera, oleg]
        sales.front.put(f"/api/v1/users/{oleg}", {"is_active": False}, SERVICE).ok()
        assert [sales.make().body["assigned_to"] for _ in range(2)] == [vera, vera]
        assert sales.put(sales.come(), assigned_to=oleg).status == 422


class TestMaking:
    def test_a_lead_is_shown_as_he_was_written_down_and_a_repeat_makes_no_other(self, sales):
        said = {
            "phone": "8 904 550-15-67", "email": "Anna@Lotos.ru", "telegram": "@Anna_K", "company": "Лотос", "position": "директор",
            "website": "https://lotos.ru", "annual_revenue": 1_500_000.5, "source": "call", "source_data": {"line": [1]},
            "tags": ["чай", "vip"],
            "custom_fields": {"a": 1}, "notes": "с\nчаем", "stage": "proposal", "amount": "1000,50", "expected_close": "2030-01-02",
            "next_follow_up": "2030-01-01T10:00:00+03:00",
        }  # fmt: skip
        with recorded() as calls:
            made = sales.make(key="one", **said)
        assert len(calls.calls) <= 4
        assert (made.status, made.headers["Location"]) == (201, f"{LEADS}/{made.body['id']}")
        again = sales.make(key="one", **said)
        assert again.status == 201 and again.body == made.body
        assert told(sales.make(key="one", **{**said, "notes": "x"})) == (409, "key_reused")
        lead = made.body
        assert {name: lead[name] for name in ("phone", "email", "telegram", "phone_proven", "email_proven")} == {
            "phone": PHONE, "email": "anna@lotos.ru", "telegram": "anna_k", "phone_proven": True, "email_proven": True,
        }  # fmt: skip
        assert (lead["status"], lead["stage"], lead["forecast_category"], lead["deal_no"]) == ("in_progress", "proposal", "likely", 1)
        assert (lead["amount"], lead["currency"], lead["annual_revenue"]) == (1000.5, "RUB", 1_500_000.5)
        assert (lead["next_follow_up"], lead["expected_close"], lead["tags"]) == ("2030-01-01T07:00:00Z", "2030-01-02", ["vip", "чай"])
        whole = sales.get(lead["lead_number"]).ok()
        whole["score_detail"] |= {"model": lead["score_detail"]["model"]}  # alone he says too why no chance is known
        assert (whole.pop("last_messages"), whole.pop("open_tasks")) == ([], []) and whole == lead
        shown = sales.page().ok()["items"][0]
        assert shown == {name: lead[name] for name in shown}

    def test_what_is_wrong_is_refused(self, sales):
        for said in (
            {"name": ""},
            {"phone": "123"},
            {"email": "no"},
            {"telegram": "?"},
            {"currency": "USD"},
            {"stage": "new", "outcome": "won"},
        ):
            assert told(sales.make(**said)) == (422, "invalid"), said
        assert sales.found() == []

    def test_a_known_person_becomes_a_lead_once_and_again_when_he_was_removed(self, sales):
        sales.front.post("/submit-application", application(name="Анна", contact={"type": "phone", "value": PHONE})).ok()
        with recorded() as calls:
            first = sales.make(name="Аня", phone=PHONE, email="anna@lotos.ru")
        assert len(calls.calls) <= 5
        assert (first.status, first.body["id"], first.body["name"], first.body["deal_no"]) == (201, 1, "Анна", 1)
        (card,) = storage.read(Client.at(storage.read(Lead.at("live#0000000001"))[0].client_id))
        assert (card.phone_proven, card.email) == (True, "anna@lotos.ru")
        taken = sales.make(name="Другая", email="anna@lotos.ru")
        assert told(taken) == (409, "lead_exists") and taken.headers["Location"] == f"{LEADS}/1" and taken.body["detail"] == {"lead_id": 1}
        assert sales.delete(1).ok()["success"] and told(sales.delete(1)) == told(sales.get(1)) == (404, "lead_not_found")
        back = sales.make(phone=PHONE)
        assert (back.status, back.body["id"], back.body["deal_no"]) == (201, 1, 2)

    def test_a_colleagues_lead_exists_and_is_not_shown(self, sales):
        sales.house.hire("oleg")
        sales.house.hire("vera")
        sales.come("oleg", phone=PHONE)
        taken = sales.make("vera", phone=PHONE)
        assert told(taken) == (409, "lead_exists") and "Location" not in taken.headers and taken.body["detail"] is None

    def test_contacts_of_two_people_are_the_provens_and_it_is_said(self, sales):
        sales.front.post("/submit-application", application(name="Старая", contact={"type": "phone", "value": OTHER})).ok()
        anna = sales.front.post("/api/v1/admin/clients", {"full_name": "Анна", "email": "anna@lotos.ru"}, SERVICE).ok()["id"]
        made = sales.make(phone=OTHER, email="anna@lotos.ru")
        assert (made.status, made.body["id"], made.body["phone"]) == (201, anna, OTHER) and len(made.body["warnings"]) == 1
        boris = sales.come(name="Борис", phone=PHONE)
        vera = sales.make(name="Вера", phone=PHONE, email="vera@lotos.ru")
        assert told(vera) == (409, "lead_exists") and vera.body["detail"] == {"lead_id": boris}

    def test_fifty_at_once_with_one_phone_are_one_lead(self, sales):
        with OneAtATime(), ThreadPoolExecutor(10) as workers:
            answers = list(workers.map(lambda one: sales.make(name=f"Анна {one}", phone=PHONE), range(50)))
        assert sorted(answer.status for answer in answers) == [201, *[409] * 49]
        assert (
            len(sales.found()) == 1
            and storage.read(Identity.at(f"phone#{PHONE}"))[0].lead_number == sales.page().body["items"][0]["lead_number"]
        )


class TestChanging:
    def test_absent_stays_null_clears_and_the_whole_may_be_sent_back(self, sales):
        anna = sales.come(phone=PHONE, company="Лотос", amount=5, tags=["чай"], stage="proposal")
        whole = sales.get(anna).ok()
        with recorded() as calls:
            same = sales.put(f"br{anna:04d}", **whole).ok()
        assert len(calls.calls) <= 3 and same["version"] == whole["version"]
        with recorded() as calls:
            said = sales.put(anna, version=same["version"], company=None, tags=[], city="Омск").ok()
        assert len(calls.calls) <= 4
        assert (said["company"], said["tags"], said["city"], said["amount"], said["version"]) == (None, [], "Омск", 5, same["version"] + 1)
        late = sales.put(anna, version=same["version"], city="Томск")
        assert told(late) == (409, "changed_meanwhile") and late.body["detail"] == {"version": said["version"]}
        assert sales.get(anna).ok()["city"] == "Омск"

    def test_what_is_wrong_is_refused(self, sales):
        anna = sales.come(stage="won", amount=5)
        for said in ({"name": None}, {"stage": None}, {"score": 99}, {"score_category": "hot"}, {"outcome": None}, {"phone": "1"}):
            assert sales.put(anna, **said).status == 422, said
        for number in ("0", "-1", "x", "br", "tbr0001", "1.5", "9" * 11):
            answer = sales.get(number)
            assert answer.status == 422 and answer.body["detail"][0]["loc"] == ["path", "lead_id"], number
        assert told(sales.get(77)) == told(sales.put("br0077", notes="x")) == told(sales.delete(77)) == (404, "lead_not_found")

    def test_contacts_go_through_his_card_and_anothers_are_refused(self, sales):
        anna, boris = sales.come(phone=PHONE), sales.come(name="Борис", phone=OTHER)
        assert told(sales.put(anna, phone=OTHER)) == (409, "contact_taken")
        with recorded() as calls:
            said = sales.put(anna, name="Анна Лис", phone=None, email="anna@lotos.ru").ok()
        assert len(calls.calls) <= 4
        assert (said["phone"], said["phone_proven"], said["email_proven"]) == (None, None, True)
        assert sales.put(boris, phone=PHONE).ok()["phone"] == PHONE
        assert sales.found(search="лис") == sales.found(search="anna@lo") == [anna]

    def test_a_deal_is_won_reopened_and_put_into_a_column_by_hand(self, sales):
        anna = sales.come(amount=100, stage="qualified")
        assert sales.put(anna, forecast_category="commit").ok()["forecast_category"] == "commit"
        won = sales.put(anna, outcome="won").ok()
        assert (won["stage"], won["status"], won["forecast_category"], won["amount"]) == ("won", "completed", "closed", 100)
        again = sales.put(anna, status="in_progress", amount=7).ok()
        assert (again["stage"], again["deal_no"], again["outcome"], again["amount"]) == ("contacted", 2, None, 7)
        assert again["forecast_category"] == "pipeline"
        lost = sales.put(anna, outcome="lost", lost_reason="дорого").ok()
        assert (lost["status"], lost["lost_reason"]) == ("completed", "дорого")
        assert sales.found(status="lost") == sales.found(status="completed") == [anna] and sales.found(status="won") == []

    def test_what_a_manager_gives_away_is_seen_by_him_no_more(self, sales):
        sales.house.hire("oleg")
        vera = sales.house.hire("vera")
        anna = sales.come("oleg")
        assert sales.put(anna, "oleg", assigned_to=vera).ok()["assigned_to_user"]["full_name"] == "vera"
        assert sales.get(anna, "oleg").status == 404 and sales.found("oleg") == [] and sales.found("vera") == [anna]

    def test_two_changes_at_once_are_both_kept(self, sales):
        anna = sales.come()
        with OneAtATime(), ThreadPoolExecutor(4) as workers:
            said = [{"city": "Омск"}, {"company": "Лотос"}, {"stage": "proposal"}, {"amount": 5}]
            assert {answer.status for answer in workers.map(lambda one: sales.put(anna, **one), said)} == {200}
        lead = sales.get(anna).ok()
        assert (lead["city"], lead["company"], lead["stage"], lead["amount"], lead["version"]) == ("Омск", "Лотос", "proposal", 5, 5)


class TestReading:
    def test_by_the_number_of_who_was_merged_one_reads_whom_he_became(self, sales):
        anna, boris = sales.come(phone=PHONE), sales.come(phone=OTHER)
        sales.front.post(f"/clients/br{boris:04d}/merge", {"into": f"br{anna:04d}", "reason": "одна"}, SERVICE).ok()
        assert sales.get(boris).ok()["id"] == anna and sales.found() == [anna]

    def test_what_rooms_above_know_is_shown_in_three_calls(self, sales, monkeypatch):
        oleg = sales.house.hire("oleg")
        anna = sales.come(assigned_to=oleg)
        room = showing.Beside(lambda place: [Lead.at(place)], lambda rows: [{"of": row.number} for row in rows])
        monkeypatch.setattr(showing, "last_messages", [room])
        with recorded() as calls:
            assert sales.get(anna).ok()["last_messages"] == [{"of": anna}]
        assert len(calls.calls) <= 3


class TestLists:
    def test_orders_are_exact_and_who_has_none_comes_last(self, sales):
        first, second, third = sales.come(next_follow_up="2030-01-02T00:00Z"), sales.come(), sales.come(next_follow_up="2030-01-01T00:00Z")
        sales.put(first, notes="чай").ok()
        orders = {
            (order, sort): sales.found(order_by=order, sort=sort)
            for order in ("updated_at", "next_follow_up", "opened_at")
            for sort in ("asc", "desc")
        }
        assert orders == {
            ("updated_at", "asc"): [second, third, first], ("updated_at", "desc"): [first, third, second],
            ("next_follow_up", "asc"): [third, first, second], ("next_follow_up", "desc"): [first, third, second],
            ("opened_at", "asc"): [first, second, third], ("opened_at", "desc"): [third, second, first],
        }  # fmt: skip
        page = sales.page(order_by="next_follow_up", sort="asc", skip=1, limit=1).ok()
        assert [lead["id"] for lead in page["items"]] == [first] and (page["total"], page["page"], page["pages"]) == (3, 2, 3)
        assert sales.page(order_by="updated_at", skip=3).ok()["items"] == []

    def test_scores_are_walked_value_by_value(self, sales):
        bare = sales.come()
        known = [sales.come(phone=f"+7904550{number}", email=f"a{number}@lotos.ru", company="Лотос") for number in (1601, 1602)]
        best = sales.come(phone="+79045501603", email="c@lotos.ru", company="Лотос", position="директор", telegram="anna_k")
        assert sales.found(order_by="score") == [best, *known[::-1], bare]
        assert sales.found(order_by="score", sort="asc") == [
            *known,
            best,
            bare,
        ]
        assert [lead["id"] for lead in sales.page(order_by="score", skip=1, limit=2).ok()["items"]] == known[::-1]
        assert sales.found(score_category="unknown") == [bare]

    def test_an_order_is_walked_so_deep_and_no_deeper(self, sales, monkeypatch):
        for _ in range(4):
            sales.come()
        monkeypatch.setattr(walking, "FIRST", 1)
        monkeypatch.setattr(walking, "DEEPEST", 3)
        assert sales.page(order_by="updated_at", limit=3).status == 200
        assert told(sales.page(order_by="updated_at", limit=4)) == (400, "sort_too_deep")

    def test_filters_words_and_days_join_in_few_calls(self, sales):
        oleg = sales.house.hire("oleg")
        anna = sales.come("oleg", company="ООО «Лотос-Клуб»", email="anna@lotos.ru", source="call")
        sales.come("oleg", name="Лотос Иванович", source="event")
        sales.come(company="Лотос", source="call")
        sales.of("oleg")
        with recorded() as calls:
            assert sales.found("oleg", status="new", source="call", assigned_to=oleg, search="лотос") == [anna]
        assert len(calls.calls) <= 9
        today = clock.now().astimezone(settings().zone).date().isoformat()
        assert sales.found(search="клуб", date_from=today, date_to=today) == [anna] and sales.found(date_to="2020-01-01") == []
        assert sales.found(search=PHONE) == []
        for query in (
            {"search": "x"},
            {"search": "a b c d e f"},
            {"status": "x"},
            {"order_by": "name"},
            {"skip": 1, "page": 1},
            {"limit": 201},
        ):
            assert sales.page(**query).status == 422, query

    def test_a_filter_that_says_nothing_is_none(self, sales):
        anna = sales.come(email="anna@firm1.example", currency="rub", amount=1)
        assert sales.get(anna).ok()["currency"] == "RUB"
        for name in (
            "search",
            "status",
            "stage",
            "source",
            "assigned_to",
            "score_category",
            "order_by",
            "sort",
            "date_from",
            "limit",
            "page",
        ):
            for blank in ("", "   "):
                assert sales.page(**{name: blank}).ok()["total"] == 1, name
        assert sales.found(search="@firm1.example") == sales.found(search="firm1.example") == [anna]
        people = sales.front.get("/clients", SERVICE, search="@firm1.example").ok()
        assert people["total"] == 1


class TestWhoLeaves:
    def test_his_open_deals_go_to_his_heir_or_to_nobody_page_by_page(self, sales, monkeypatch):
        monkeypatch.setattr(jobs, "PAGE", 2)
        oleg, vera = sales.house.hire("oleg"), sales.house.hire("vera")
        his, over, hers = [sales.come("oleg") for _ in range(3)], sales.come("oleg", stage="won"), sales.come("vera")
        sales.front.put(f"/api/v1/users/{oleg}", {"is_active": False}, SERVICE).ok()
        assert sales.found(assigned_to=oleg) == [over, *his[::-1]]
        self.delete(sales, oleg, f"?reassign_to={vera}")
        assert sales.found(assigned_to=vera) == [hers, *his[::-1]] and sales.found(assigned_to=oleg) == [over]
        self.delete(sales, vera)
        assert sales.found(assigned_to=0) == [hers, *his[::-1]]

    def test_an_heir_who_has_gone_meanwhile_is_told_of_page_by_page(self, sales, monkeypatch):
        monkeypatch.setattr(jobs, "PAGE", 2)
        oleg, vera = sales.house.hire("oleg"), sales.house.hire("vera")
        his = [sales.come("oleg") for _ in range(3)]
        sales.front.delete(f"/api/v1/users/{oleg}?reassign_to={vera}", SERVICE).ok()
        sales.front.delete(f"/api/v1/users/{vera}", SERVICE).ok()
        outbox.deliver_lanes([f"staff#{oleg}", f"staff#{vera}"], within=timedelta(minutes=1))
        assert sales.found(assigned_to=0) == his[::-1]
        said = sorted((row.values["count"], row.values["user"], row.values["heir"]) for row in ledger("admin", "admin_leads_nobodys"))
        assert said == [(1, oleg, vera), (2, oleg, vera)]

    def test_a_won_deal_of_his_is_nobodys_when_it_is_opened_again(self, sales):
        oleg = sales.house.hire("oleg")
        over = sales.come("oleg", stage="won")
        self.delete(sales, oleg)
        assert sales.put(over, notes="чай").ok()["assigned_to"] == oleg
        again = sales.put(over, stage="new").ok()
        assert (again["assigned_to"], again["assigned_to_user"], sales.found(assigned_to=0)) == (None, None, [over])

    def delete(self, sales, user_id, query=""):
        sales.front.delete(f"/api/v1/users/{user_id}{query}", SERVICE).ok()
        assert outbox.deliver_lanes([f"staff#{user_id}"], within=timedelta(minutes=1)) > 0
