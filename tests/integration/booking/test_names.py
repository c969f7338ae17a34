"""A specialist is found however his name is typed."""

from unicodedata import normalize

import pytest

from tests.builders import SERVICE, moscow, slot, specialist, tomorrow


@pytest.mark.parametrize("sign", ["'", "‘", "’", "ʻ", "ʼ", "`", "´"])
def test_every_apostrophe_is_one(front, sign):
    slot(front, specialist(front, "Мария Орлова"), tomorrow(10))
    wanted = slot(front, specialist(front, "Gʻulnora Toʻxtayeva"), tomorrow(10))
    name = f"G{sign}ulnora To{sign}xtayeva"
    form = {"Name": "Ира", "Phone": "+79045501513", "psychologist": name, "slots": moscow(tomorrow(10))}
    assert [row["id"] for row in front.form("/submit-application", form).ok()["held_slots"]] == [wanted]
    assert front.get("/get-schedule", SERVICE, psychologist=name).status == 200


TYPED = [
    "Алёна Королёва",
    "Алена Королева",
    "\u200bАлёна\u00a0Королёва",
    normalize("NFD", "Алёна Королёва"),
    "Aлёнa Kopoлёвa",
    "КОРОЛЁВА  АЛЁНА",
]


@pytest.mark.parametrize("typed", TYPED)
def test_marks_and_lookalikes_make_no_difference(front, typed):
    specialist(front, "Алёна Королёва")
    assert front.get("/get-schedule", SERVICE, psychologist=typed).status == 200
