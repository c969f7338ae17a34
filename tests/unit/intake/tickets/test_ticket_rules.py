"""What a ticket keeps of a form."""

import json

from chalicelib.intake.tickets.rules import MOST_KEPT, kept_answers


def test_a_usual_forms_answers_are_all_kept():
    answers = {"name": "Анна", "slots": [None, "14.03 10:00"], "form": {"deep": [1, {"ё": True}]}}
    assert kept_answers(answers) == answers


def test_an_answer_too_long_for_a_row_is_left_out_and_the_others_stay():
    answers = {"name": "Анна", "essay": "ы" * MOST_KEPT, "age": 31}
    assert kept_answers(answers) == {"name": "Анна", "age": 31}


def test_many_answers_fill_a_ticket_but_never_overfill_it():
    kept = kept_answers({f"q{number}": "💬" * 500 for number in range(100)})
    assert 0 < len(json.dumps(kept)) <= MOST_KEPT + 2 * len(kept)
    assert next(iter(kept)) == "q0"
