"""A small application's inventory: what the generators are tested with."""

import pytest

from infra.inventory import Door, Grant, Index, Inventory, Job, Table, Wing
from infra.sizing import Sizing

SLOTS = Table(
    "slots",
    attributes=(("slot_id", "S"), ("day", "S"), ("starts_at", "S")),
    keys=(("slot_id", "HASH"),),
    indexes=(Index("by_day", (("day", "HASH"), ("starts_at", "RANGE")), {"ProjectionType": "ALL"}),),
)
OUTBOX = Table("outbox", (("effect_id", "S"),), (("effect_id", "HASH"),), ttl="expires_at", stream="NEW_IMAGE")
READ = (("slots", "BatchGetItem", ""), ("slots", "Query", "by_day"))
SENT = (("outbox", "PutItem", ""),)


@pytest.fixture
def inventory():
    return Inventory(
        doors=(
            Door("add_slots", "intake", (("POST", "/slots"), ("POST", "/webhook/slots"))),
            Door("telegram", "bot", (("POST", "/telegram"), ("POST", "/webhook/telegram"))),
        ),
        wings=(
            Wing("desk", ("/slots", "/slots/{path+}")),
            Wing("pages", ("/docs", "/docs/{path+}")),
            Wing("site", ("/{path+}", "/webhook/{path+}")),
        ),
        jobs=(Job("sweep"), Job("deliver", "outbox")),
        tables=(OUTBOX, SLOTS),
        grants={
            "desk": Grant((*READ, *SENT, ("slots", "UpdateItem", "")), ("service_api_key", "tilda_api_key")),
            "pages": Grant(),
            "site": Grant(READ),
            "add_slots": Grant((*READ, *SENT, ("slots", "PutItem", "")), ("service_api_key",)),
            "telegram": Grant(secrets=("telegram_webhook_secret",)),
            "sweep": Grant((*SENT, ("outbox", "DeleteItem", ""))),
            "deliver": Grant((("outbox", "DeleteItem", ""),), ("telegram_bot_token",)),
        },
    )


@pytest.fixture
def sizing():
    config = {
        "lambda_memory_size": 512,
        "lambda_timeout": 10,
        "lambda_functions": {"telegram": {"lambda_timeout": 25}},
        "stages": {"prod": {"lambda_functions": {"telegram": {"lambda_memory_size": 2048}}}},
    }
    return Sizing(config, "prod")
