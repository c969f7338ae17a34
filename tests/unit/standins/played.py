"""Calls of the in-process store, one line of what each was answered: `shortened`, or with all of moto's work."""

import json
import sys

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

if sys.argv[1] == "shortened":
    from tests.standins import quick

    quick.shorten()


def S(text):
    return {"S": text}


def N(number):
    return {"N": str(number)}


def KEY(n):
    return {"of": S("a" if n % 2 else "b"), "at": S(f"{n:03}")}


LIST = {"L": [S("x"), {"M": {"deep": N(1)}}]}
TYPES = {
    "none": {"NULL": True},
    "yes": {"BOOL": True},
    "raw": {"B": b"\x00\xff"},
    "many": {"SS": ["p", "q"]},
    "numbers": {"NS": ["1", "2.50"]},
}


def row(n):
    return {**KEY(n), "n": N(n * 1.5), "kind": S("even" if n % 2 == 0 else "odd"), "list": LIST, "map": {"M": {"in": N(n)}}, **TYPES}


def index(name, *keys, **projection):
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def play(db):
    def typed(**kinds):
        return [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]

    db.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=typed(of="S", at="S", kind="S", n="N"),
        KeySchema=index("", "of", "at")["KeySchema"],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        GlobalSecondaryIndexes=[
            index("by_kind", "kind", "n", ProjectionType="INCLUDE", NonKeyAttributes=["map", "raw", "numbers"]),
            index("keys", "kind", ProjectionType="KEYS_ONLY"),
            index("whole", "kind", "at", ProjectionType="ALL"),
        ],
    )
    db.create_table(
        TableName="one", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=typed(id="S"), KeySchema=index("", "id")["KeySchema"]
    )
    for n in (7, 3, 9, 1, 4, 8, 2, 6, 5, 0):
        yield db.put_item, {"TableName": "t", "Item": row(n), "ReturnValues": "ALL_OLD"}
    yield db.put_item, {"TableName": "one", "Item": {"id": S("x"), "n": N(1)}}
    yield (
        db.put_item,
        {
            "TableName": "t",
            "Item": row(3),
            "ConditionExpression": "attribute_not_exists(#o)",
            "ExpressionAttributeNames": {"#o": "of"},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )
    changes = [
        ("SET n = n + :v, #m.#i = :v", {":v": N(5)}, {"#m": "map", "#i": "in"}),
        ("SET n = n - :v", {":v": N("0.25")}, {}),
        ("SET #l = list_append(#l, :v)", {":v": {"L": [N(3)]}}, {"#l": "list"}),
        ("SET extra = if_not_exists(extra, :v), again = :v", {":v": S("first")}, {}),
        ("SET extra = if_not_exists(extra, :v)", {":v": S("second")}, {}),
        ("SET copied = #k", {}, {"#k": "kind"}),
        ("REMOVE #l[0], again", {}, {"#l": "list"}),
        ("ADD n :v, many :s", {":v": N(2), ":s": {"SS": ["r"]}}, {}),
        ("DELETE many :s", {":s": {"SS": ["p"]}}, {}),
        ("SET gone.deep = :v", {":v": N(1)}, {}),
        ("SET n = missing + :v", {":v": N(1)}, {}),
        ("SET #m = :v", {":v": {"M": {}}}, {"#m": "map"}),
        ("SET broken ==", {}, {}),
        ("SET #n = #n + :v, #x = if_not_exists(#x, :v) - :v", {":v": N("1.5")}, {"#n": "n", "#x": "counted"}),
        ("SET #m.#i = :v, #m.#j = #m.#i", {":v": S("y")}, {"#m": "map", "#i": "in", "#j": "beside"}),
        ("SET #m.#i = :v REMOVE #m.#j", {":v": S("z")}, {"#m": "map", "#i": "in", "#j": "beside"}),
        ("SET #l = list_append(if_not_exists(#l, :e), :v)", {":v": {"L": [S("w")]}, ":e": {"L": []}}, {"#l": "listed"}),
        ("ADD #s :s, #n :v REMOVE #x", {":s": {"SS": ["a", "b"]}, ":v": N(1)}, {"#s": "fresh", "#n": "count", "#x": "counted"}),
        ("DELETE #s :s", {":s": {"SS": ["a", "b", "c"]}}, {"#s": "fresh"}),
        ("ADD #s :v", {":v": N(1)}, {"#s": "kind"}),
        ("ADD #s :v", {":v": S("no")}, {"#s": "n"}),
        ("DELETE #s :s", {":s": {"NS": ["1"]}}, {"#s": "many"}),
        ("SET #a = :v, #b = :v", {":v": N(1)}, {"#a": "twice", "#b": "twice"}),
        ("SET #m.#i = :v, #m = :v", {":v": N(1)}, {"#m": "map", "#i": "in"}),
        ("SET #k = :v", {":v": S("other")}, {"#k": "at"}),
        ("SET #k = :v", {":v": N(1)}, {"#k": "kind"}),
        ("SET kind = :v", {":v": N(1)}, {}),
        ("SET kind = :v", {":v": S("")}, {}),
        ("SET name = :v", {":v": N(1)}, {}),
        ("SET #a = :nothing", {":v": N(1)}, {"#a": "any"}),
        ("SET #a = :v SET #b = :v", {":v": N(1)}, {"#a": "any", "#b": "some"}),
        ("SET #a.#b = :v", {":v": N(1)}, {"#a": "kind", "#b": "in"}),
        ("SET #a = #b.#c", {}, {"#a": "any", "#b": "kind", "#c": "in"}),
        ("SET #a = #b + :v", {":v": N(1)}, {"#a": "any", "#b": "kind"}),
    ]
    for returned in ("ALL_NEW", "ALL_OLD", "UPDATED_NEW", "NONE"):
        for text, values, names in changes:
            more = {"ExpressionAttributeValues": values} if values else {}
            more |= {"ExpressionAttributeNames": names} if names else {}
            for key in (KEY(4), KEY(50)):
                yield db.update_item, {"TableName": "t", "Key": key, "UpdateExpression": text, "ReturnValues": returned, **more}
    conditions = [
        ("kind = :a", {":a": S("odd")}),
        ("kind <> :a", {":a": S("odd")}),
        ("n BETWEEN :a AND :b", {":a": N(1), ":b": N(9)}),
        ("n IN (:a, :b)", {":a": N("4.50"), ":b": N(2)}),
        ("begins_with(kind, :a) AND NOT n < :b", {":a": S("o"), ":b": N(1)}),
        ("contains(many, :a) OR size(#l) > :b", {":a": S("q"), ":b": N(9)}),
        ("attribute_type(#l, :a)", {":a": S("L")}),
        ("attribute_exists(nothing)", {}),
        ("(n >= :a) AND (n <= :b OR yes = :c)", {":a": N(0), ":b": N(1), ":c": {"BOOL": True}}),
        ("none = :a", {":a": {"NULL": True}}),
        ("n = :missing", {":a": N(1)}),
        ("n ! :a", {":a": N(1)}),
    ]
    for text, values in conditions * 2:
        more = {"ExpressionAttributeValues": values} if values else {}
        more |= {"ExpressionAttributeNames": {"#l": "list"}} if "#l" in text else {}
        yield (
            db.update_item,
            {
                "TableName": "t",
                "Key": KEY(3),
                "UpdateExpression": "REMOVE nothing",
                "ConditionExpression": text,
                "ReturnValues": "ALL_NEW",
                **more,
            },
        )
        yield db.delete_item, {"TableName": "t", "Key": KEY(90), "ConditionExpression": text, **more}
        for where in ({}, {"IndexName": "whole"}):
            partition = {":p": S("odd" if where else "a")}
            yield (
                db.query,
                {
                    "TableName": "t",
                    **where,
                    "KeyConditionExpression": "#p = :p",
                    "FilterExpression": text,
                    "ExpressionAttributeValues": {**values, **partition},
                    "ExpressionAttributeNames": {"#p": "kind" if where else "of", **more.get("ExpressionAttributeNames", {})},
                },
            )
    for name, text, values in [
        ("", "#p = :p", {":p": S("a")}),
        ("", "#p = :p AND #s > :s", {":p": S("a"), ":s": S("003")}),
        ("", "#p = :p AND #s BETWEEN :s AND :u", {":p": S("b"), ":s": S("002"), ":u": S("006")}),
        ("", "#p = :p", {":p": S("nobody")}),
        ("by_kind", "#p = :p", {":p": S("odd")}),
        ("by_kind", "#p = :p AND #s >= :s", {":p": S("even"), ":s": N(3)}),
        ("keys", "#p = :p", {":p": S("even")}),
        ("whole", "#p = :p AND begins_with(#s, :s)", {":p": S("odd"), ":s": S("00")}),
    ]:
        names = {"#p": "kind" if name else "of", "#s": "n" if name == "by_kind" else "at"}
        asked = {
            "TableName": "t",
            "KeyConditionExpression": text,
            "ExpressionAttributeValues": values,
            "ExpressionAttributeNames": {key: said for key, said in names.items() if key in text},
            **({"IndexName": name} if name else {}),
        }
        for more in ({}, {"ScanIndexForward": False}, {"Limit": 2}, {"Select": "COUNT"}, {"ProjectionExpression": "kind, missing"}):
            yield db.query, {**asked, **more}
        start = {
            **KEY(3 if "a" in str(values) else 4),
            **({"kind": row(3)["kind"]} if name else {}),
            **({"n": N(4.5)} if name == "by_kind" else {}),
        }
        yield db.query, {**asked, "ExclusiveStartKey": start, "Limit": 1}
    for second in (
        {"ConditionCheck": {"TableName": "t", "Key": KEY(7), "ConditionExpression": "attribute_exists(kind)"}},
        {
            "ConditionCheck": {
                "TableName": "t",
                "Key": KEY(7),
                "ConditionExpression": "attribute_not_exists(kind)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
        {"Update": {"TableName": "t", "Key": KEY(4), "UpdateExpression": "SET kind = :v", "ExpressionAttributeValues": {":v": S("twice")}}},
        {"Delete": {"TableName": "t", "Key": KEY(7)}},
        {"Put": {"TableName": "nowhere", "Item": row(1)}},
    ):
        yield (
            db.transact_write_items,
            {
                "TransactItems": [
                    {
                        "Update": {
                            "TableName": "t",
                            "Key": KEY(4),
                            "UpdateExpression": "SET #l = list_append(#l, :v), #m.#i = :n, kind = :k",
                            "ExpressionAttributeNames": {"#l": "list", "#m": "map", "#i": "in"},
                            "ExpressionAttributeValues": {":v": {"L": [S("t")]}, ":n": N(9), ":k": S("odd")},
                        }
                    },
                    {"Put": {"TableName": "one", "Item": {"id": S("made"), "by": S("a transaction")}}},
                    {
                        "Update": {
                            "TableName": "one",
                            "Key": {"id": S("x")},
                            "UpdateExpression": "ADD n :v",
                            "ExpressionAttributeValues": {":v": N(1)},
                        }
                    },
                    second,
                ]
            },
        )
        yield db.get_item, {"TableName": "one", "Key": {"id": S("made")}}
        yield db.get_item, {"TableName": "one", "Key": {"id": S("x")}, "ConsistentRead": True}
        yield (
            db.get_item,
            {
                "TableName": "t",
                "Key": KEY(4),
                "ProjectionExpression": "#l[1], #m.#i, kind",
                "ExpressionAttributeNames": {"#l": "list", "#m": "map", "#i": "in"},
            },
        )
    yield db.batch_get_item, {"RequestItems": {"t": {"Keys": [KEY(1), KEY(2), KEY(77)]}, "one": {"Keys": [{"id": S("x")}]}}}
    yield db.delete_item, {"TableName": "t", "Key": KEY(9), "ReturnValues": "ALL_OLD"}
    yield db.delete_item, {"TableName": "one", "Key": {"id": S("x")}, "ReturnValues": "ALL_OLD"}
    for table in ("t", "one"):
        yield db.scan, {"TableName": table}


def plain(value):
    if isinstance(value, dict):
        return {
            name: sorted(part) if name in ("SS", "NS") else plain(part)
            for name, part in value.items()
            if name not in ("ResponseMetadata", "ConsumedCapacity")
        }
    return [plain(part) for part in value] if isinstance(value, list) else repr(value)


with mock_aws():
    for call, asked in play(boto3.client("dynamodb", "us-east-1")):
        try:
            told = plain(call(**asked))
        except ClientError as refused:
            told = plain(refused.response)
        except Exception as broken:
            told = type(broken).__name__
        print(json.dumps([call.__name__, plain(asked), told], sort_keys=True))
