"""Indexes that DynamoDB would not change in one update."""

import pytest

from infra import changes


def index(name, *, key="day", kind="ALL", extra=()):
    projection = {"ProjectionType": kind} | ({"NonKeyAttributes": list(extra)} if extra else {})
    return {"IndexName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}], "Projection": projection}


def template(*indexes, name="SlotsTable"):
    properties = {"TableName": "frontdesk-prod-slots", **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {})}
    return {"Resources": {name: {"Type": "AWS::DynamoDB::Table", "Properties": properties}, "F": {"Type": "AWS::Serverless::Function"}}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ()),
        ((), (index("a"),)),
        ((index("a"),), ()),
        ((index("a"), index("b")), (index("b"), index("a"))),
        ((index("a", kind="INCLUDE", extra=("x", "y")),), (index("a", kind="INCLUDE", extra=("y", "x")),)),
    ],
)
def test_one_change_or_none_passes(before, after):
    changes.refuse(template(*before), template(*after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((), (index("a"), index("b")), "would make a, b"),
        ((index("a"), index("b")), (), "would drop a, b"),
        ((index("a"),), (index("b"),), "would make b; would drop a"),
        ((index("a"),), (index("a", key="other"),), "would make a; would drop a"),
        ((index("a"),), (index("a", kind="KEYS_ONLY"),), "would make a; would drop a"),
    ],
)
def test_two_changes_of_one_table_are_refused_with_the_way_to_do_it(before, after, said):
    with pytest.raises(ValueError, match=r"in one update\. Deploy a version that makes the first") as refused:
        changes.refuse(template(*before), template(*after))

    assert f"frontdesk-prod-slots: {said}" in str(refused.value)


def test_a_table_that_is_made_may_have_as_many_as_it_likes_and_tables_do_not_count_together():
    changes.refuse({}, template(index("a"), index("b")))
    changes.refuse(
        {"Resources": template()["Resources"] | template(name="Other")["Resources"]},
        {"Resources": template(index("a"))["Resources"] | template(index("a"), name="Other")["Resources"]},
    )
