"""News: how they are written, and that what clients do with them is counted exactly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.core import client_token, clock
from chalicelib.core.settings import settings
from tests.builders import SERVICE, application, client_row
from tests.integration.engagement.conftest import ANNA, NEWS, OLEG, by_app, signed, told
from tests.standins.store import OneAtATime, Wire


def put(office, post, said, header=SERVICE):
    return office.front.put(f"{NEWS}/{post}", said, header)


class TestPosts:
    def test_a_post_is_answered_whole_by_whatever_names(self, office):
        tea = office.product()
        said = {"title": " Чай ", "text": "<b>=1+1</b>\nвторая", "image_url": "https://x.example/1.png", "is_published": True}
        made = office.front.post(NEWS, {**said, "product_id": tea, "link_url": "http://x.example/a?b=c"}, SERVICE).ok()
        assert {made.pop("created_at"), made.pop("updated_at")} == {made.pop("published_at")}
        assert made == {
            "id": 1,
            "title": "Чай",
            "body": "<b>=1+1</b>\nвторая",
            "cover_image_url": "https://x.example/1.png",
            "link_url": "http://x.example/a?b=c",
            "product_id": tea,
            "status": "active",
        }

    def test_who_may(self, office):
        master, operator, admin = (office.as_staff(role, role) for role in ("master", "operator", "admin"))
        said = {"title": "т", "body": "т"}
        assert [office.front.post(NEWS, said, header).status for header in ({}, master, operator, by_app(), admin)] == [
            401,
            403,
            403,
            401,
            200,
        ]
        assert [office.front.get(NEWS, header).status for header in ({}, master, operator, admin)] == [401, 403, 200, 200]
        assert [put(office, 1, {"title": "н"}, header).status for header in ({}, operator, admin)] == [401, 403, 200]
        stats = f"{NEWS}/1/stats"
        assert [office.front.get(stats, header).status for header in ({}, master, by_app(), operator)] == [401, 403, 401, 200]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": " "},
            {"title": "я" * 201},
            {"body": ""},
            {"body": "я" * 3001},
            {"cover_image_url": "javascript:alert(1)"},
            {"link_url": "ftp://x.example/1"},
            {"link_url": "https://x.example/" + "a" * 500},
            {"status": "shown"},
            {"status": "draft", "is_published": True},
            {"is_published": "maybe"},
            {"text": "другое"},
            {"product_id": 0},
            {"published_at": "вчера"},
        ],
    )
    def test_what_is_no_post_is_refused(self, office, wrong):
        assert office.post(**wrong).status == 422

    def test_a_product_must_be_known(self, office):
        assert told(office.post(product_id=99)) == (404, "not_found", {"field": "product_id"})
        assert told(put(office, office.news(), {"product_id": 99})) == (404, "not_found", {"field": "product_id"})

    def test_a_key_makes_one(self, office):
        keyed, said = {**SERVICE, "Idempotency-Key": "k"}, {"title": "т", "body": "т"}
        assert office.front.post(NEWS, said, keyed).ok() == office.front.post(NEWS, said, keyed).ok()
        assert told(office.front.post(NEWS, {**said, "title": "д"}, keyed))[:2] == (409, "key_reused")
        assert len(office.front.get(NEWS, SERVICE).ok()["items"]) == 1

    def test_what_is_not_said_stays_and_what_is_empty_is_cleared(self, office):
        post = office.news(cover_image_url="https://x.example/1.png", status="draft", product_id=office.product())
        assert office.front.get(NEWS, SERVICE).ok()["items"][0]["published_at"] is None
        shown = put(office, post, {"image_url": None, "product_id": None, "is_published": True}).ok()
        assert (shown["cover_image_url"], shown["product_id"], shown["status"], shown["title"]) == ("", None, "active", "Новый мастер")
        assert shown["published_at"] == shown["updated_at"]
        with Wire() as wire:
            assert put(office, post, {"status": "active"}).ok() == shown
        assert wire.count("TransactWriteItems") == 0
        assert told(put(office, 99, {"title": "т"})) == (404, "not_found", {"field": "news_post_id"})

    def test_the_collections_line_takes_the_id_from_body_or_query(self, office):
        post = office.news()
        assert office.front.put(NEWS, {"id": post, "title": "а"}, SERVICE).ok()["title"] == "а"
        assert office.front.put(f"{NEWS}?id={post}", {"title": "б"}, SERVICE).ok()["title"] == "б"
        for path, said in ((NEWS, {}), (f"{NEWS}?id={post + 1}", {"id": post})):
            assert office.front.put(path, {"title": "в", **said}, SERVICE).status == 422

    def test_the_newest_come_first_by_pages_and_status(self, office):
        for number in range(3):
            office.news(title=f"{number}")
        office.news(title="черновик", status="draft")
        first = office.front.get(NEWS, SERVICE, page_size=2).ok()
        assert ([one["title"] for one in first["items"]], first["total"]) == (["черновик", "2"], 4)
        after = office.front.get(NEWS, SERVICE, page_size=2, cursor=first["next_cursor"]).ok()
        assert ([one["title"] for one in after["items"]], after["next_cursor"]) == (["1", "0"], None)
        for query in ({"status": "draft"}, {"is_published": "false"}):
            assert [one["title"] for one in office.front.get(NEWS, SERVICE, **query).ok()["items"]] == ["черновик"]


class TestTracking:
    def test_the_six_kinds_stand_in_their_order(self, office):
        post, anna = office.news(), office.client()
        for event in ("purchase", "view", "view"):
            answer = office.did(post, event, client_id=anna, amount_rub=99.5).ok()
        kinds = {"view": 1, "transition": 0, "click": 0, "add_to_cart": 0, "booking": 0, "purchase": 1}
        metrics = [{"event_type": kind, "count": count} for kind, count in kinds.items()]
        assert (
            answer
            == office.stats(post)
            == {"news_post_id": post, "total_events": 2, "metrics": metrics, **kinds, "unique_clients": 1, "revenue_rub": 99.5}
        )

    def test_who_may(self, office):
        post, anna, oleg = office.news(), office.client(), office.client("Олег")
        master, operator = (office.as_staff(role, role) for role in ("master", "operator"))
        assert [office.did(post, header=header).status for header in ({}, master, operator)] == [401, 403, 200]
        assert office.did(post, header={"X-Api-Key": "guess"}, init_data=signed(ANNA)).status == 401
        assert office.did(post, header={}, init_data=signed(ANNA, "1:other")).status == 401
        assert told(office.did(post, header=by_app(), client_id=oleg)) == (403, "forbidden", {"field": "client_id"})
        assert told(office.did(post, client_id=anna + 70)) == (404, "client_not_found", {"field": "client_id"})
        assert office.stats(post)["unique_clients"] == 0

    def test_a_client_is_himself_by_whatever_proves_him(self, office):
        post = office.news()
        for header, said in ((by_app(), {}), ({}, {"init_data": signed(ANNA)}), ({}, {"initData": signed(ANNA)})):
            office.did(post, "click", header, **said).ok()
        token = client_token.issue(client_row("br0001").client_id, settings().secret_of_clients)
        office.did(post, "click", {"Authorization": f"Bearer {token}"}, client_id=1).ok()
        answer = office.did(post, "click", by_app(OLEG)).ok()
        assert (answer["click"], answer["unique_clients"]) == (2, 2)

    def test_a_client_of_the_test_contour_is_nobody_here(self, office):
        office.client()
        office.front.post("/submit-application-test-contur", application()).ok()
        token = client_token.issue(client_row("tbr0001", "test").client_id, settings().secret_of_clients)
        assert office.did(office.news(), "click", {"Authorization": f"Bearer {token}"}).status == 401

    def test_a_day_and_a_kind_count_once_and_what_is_nobodys_each_time(self, office):
        post, anna, now = office.news(), office.client(), clock.now()
        for days in (0, 0, -1, -1, 1, -6, -6):
            office.did(post, client_id=anna, occurred_at=int((now + timedelta(days=days)).timestamp())).ok()
        office.did(post, "transition", client_id=anna).ok()
        for _ in range(2):
            office.did(post, "click").ok()
            office.did(post, "booking", client_id=anna, amount_rub=10).ok()
        found = office.stats(post)
        assert [found[name] for name in ("view", "transition", "click", "booking", "unique_clients", "revenue_rub")] == [4, 1, 2, 2, 1, 0]

    @pytest.mark.parametrize("days", [-8, 8])
    def test_what_happened_long_ago_or_will_is_refused(self, office, days):
        at = (clock.now() + timedelta(days=days)).isoformat()
        answer = office.did(office.news(), occurred_at=at)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "occurred_at"])

    def test_what_is_no_event_is_refused(self, office):
        post = office.news()
        wrong = [{"event": "look"}, {"amount_rub": -1}, {"client_id": 0}, {"news_post_id": 0}, {"amount": 1, "amount_rub": 2}]
        assert {office.did(post, **({"event": "view"} if "event" not in one else {}), **one).status for one in wrong} == {422}
        assert told(office.did(99)) == (404, "not_found", {"field": "news_post_id"})
        assert office.front.get(f"{NEWS}/99/stats", SERVICE).status == 404

    @pytest.mark.parametrize("status", ["draft", "archived"])
    def test_what_nobody_is_shown_nobody_reads(self, office, status):
        post = office.news(status=status)
        assert told(office.did(post)) == (409, "news_not_shown", {"status": status})

    def test_a_purchase_counts_once_a_key(self, office):
        post, anna = office.news(), office.client()
        for key in ("a", "a", "b", None, None):
            office.did(post, "purchase", key=key, client_id=anna, amount=10).ok()
        assert told(office.did(post, "purchase", key="a", client_id=anna, amount=11))[:2] == (409, "key_reused")
        put(office, post, {"status": "archived"}).ok()
        again = office.did(post, "purchase", key="a", client_id=anna, amount=10).ok()
        assert (again["purchase"], again["revenue_rub"]) == (4, 40)

    def test_whoever_comes_at_once_counts_once(self, office):
        post, people = office.news(), [office.client(f"Имя {number}") for number in range(3)]
        events = [(number, event, key) for number in people for event, key in (("view", None), ("purchase", f"k{number}"))] * 3
        with OneAtATime(), ThreadPoolExecutor(6) as pool:
            answers = [*pool.map(lambda one: office.did(post, one[1], key=one[2], client_id=one[0], amount_rub=1), events)]
        assert {answer.status for answer in answers} <= {200, 429}
        found = office.stats(post)
        assert (found["view"], found["purchase"], found["unique_clients"], found["revenue_rub"]) == (3, 3, 3, 3)

    def test_what_an_event_costs(self, office):
        post, anna = office.news(), office.client()
        with Wire() as wire:
            office.did(post, client_id=anna).ok()
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "TransactWriteItems", "Query"]
