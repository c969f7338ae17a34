"""Topics as clients speak of them, and the words that say why somebody fits."""

import pytest

from chalicelib.booking.specialists.reasons import Asked
from chalicelib.booking.specialists.rules import Candidate, Wishes, rank


def shared(offered, wanted):
    return Asked(wanted).shared(offered)


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("тревога", "Тревога"),
        ("тревога", "всё время тревожно, не могу работать"),
        ("сон", "плохой сон"),
        ("Отношения с партнёром", "проблемы в отношениях с партнером"),
        ("Развод", "недавно был развод"),
        ("панические атаки", "у меня бывают панические атаки!"),
        ("Упадок сил", "упадок  СИЛ"),
    ],
)
def test_a_sentence_speaks_of_a_topic(topic, said):
    assert shared([topic], {"specialisations": [said]}) == {"specialisations": [topic]}


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("сон", "люблю сонеты"),
        ("Отношения с партнёром", "отношения с мамой"),
        ("тревога", "трезвость"),
        ("", "тревога"),
        ("с", "с мамой"),
        ("деньги", ""),
        ("деньги", "...!?"),
    ],
)
def test_what_a_sentence_does_not_speak_of(topic, said):
    assert shared([topic], {"specialisations": [said]}) == {}


def test_a_topic_counts_once_for_the_first_that_it_answers():
    wanted = {"states": ["Упадок сил"], "events": ["Развод", "упадок сил"], "diagnoses": ["Депрессия"], "specialisations": ["развод"]}
    found = shared(["Депрессия", "Упадок сил", "Развод"], wanted)
    assert found == {"specialisations": ["Развод"], "events": ["Упадок сил"], "diagnoses": ["Депрессия"]}


def test_a_hostile_wall_of_text_is_read_in_a_blink():
    topics = [f"тема номер слово{number}" for number in range(100)]
    asked = Asked({"states": ["ж " * 100] * 100, "events": ["тема номер" * 20] * 100})
    assert [asked.shared(topics) for _ in range(500)] == [{}] * 500


class TestWhoFits:
    def reasons(self, candidate, wishes):
        (match,) = rank([candidate], wishes, {})
        return match.reasons[:-1]

    def test_is_told_by_what_was_asked(self):
        person = Candidate("a", "Мария Орлова", specialisations=("развод", "упадок сил", "ОКР"), age=41, client_ages=(18, 60))
        wishes = Wishes(
            events=("Развод",), states=("упадок сил",), diagnoses=("окр",), ages=(35, 45), age=29, shown=("Кто То", "Орлова Мария")
        )
        assert self.reasons(person, wishes) == [
            "подходит по возрасту",
            "работает с возрастом клиента",
            "работает с событием: развод",
            "работает с состоянием: упадок сил",
            "работает с диагнозом: ОКР",
            "показан на сайте: 2-й",
        ]

    @pytest.mark.parametrize(
        ("ages", "age", "client_ages"), [(None, None, (18, 60)), ((50, None), 17, (18, None)), ((None, 40), 29, (None, None))]
    )
    def test_only_what_fits_is_a_reason(self, ages, age, client_ages):
        assert self.reasons(Candidate("a", "А", age=41, client_ages=client_ages), Wishes(ages=ages, age=age)) == []

    def test_who_does_not_take_the_client_s_age_comes_after_who_does(self):
        people = [Candidate("a", "А", client_ages=(18, None), coefficient=9), Candidate("b", "Б")]
        assert [match.candidate.specialist_id for match in rank(people, Wishes(age=15), {})] == ["b", "a"]

    def test_the_site_s_order_goes_before_what_is_owed_and_after_free_times(self):
        people = [Candidate(name, name, coefficient=owed) for name, owed in (("а", 9), ("б", 0), ("в", 0), ("г", 0))]
        found = rank(people, Wishes(shown=("в", "б")), {"г": 1})
        assert [match.candidate.name for match in found] == ["г", "в", "б", "а"]
