"""What the office's lists and bookings cost, with few rows and with many: no call more, and no unit for what nobody asks for."""

from bench import leads, salon

FEW, MANY = 100, 300


def test_an_appointment_costs_four_calls_and_the_same_at_any_size():
    few, many = (salon.measure((size,), only=salon.BOOKING)[0] for size in (FEW, MANY))
    assert few.calls == many.calls == ["Query", "BatchGetItem", "UpdateItem", "TransactWriteItems"], (
        "the team, what it rests on, a number, it"
    )
    assert salon.is_flat([few, many])
    assert few.units.write <= 60


def test_a_deep_page_of_leads_costs_the_same_among_few_and_many():
    few, many = leads.measure((FEW, MANY))
    assert few.calls == many.calls == ["Query"] * 4 + ["BatchGetItem"], "what is pending, a filter each, the rows"
    assert leads.is_near([few, many])
