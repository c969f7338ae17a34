"""What every test stands on. The environment is set before anything of the product is imported."""

import gc
import os
import sys

SETTINGS = {
    "STAGE": "test",
    "TABLE_PREFIX": "frontdesk-test-",
    "STORE_STRICT": "1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "SERVICE_API_KEY": "service-key-of-tests",
    "TILDA_API_KEY": "tilda-key-of-tests",
    "SUPABASE_WEBHOOK_SECRET": "supabase-secret-of-tests",
    "TELEGRAM_WEBHOOK_SECRET": "telegram-secret-of-tests",
    "TELEGRAM_BOT_NAME": "test_frontdesk_bot",
    "TELEGRAM_ADMIN_CHAT_ID": "900100",
    "CLIENT_TOKEN_SECRET": "client-token-secret-of-the-tests-2026",
    "PASSWORD_KIB": "8",
}
for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "SETTINGS_PATH", "FRONTDESK_DOORS", "STORE_ENDPOINT", "AWS_ENDPOINT_URL"):
    os.environ.pop(name, None)
os.environ.update(SETTINGS)

from collections.abc import Iterator  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from _pytest.nodeid import NodeId  # noqa: E402

from tests.proofs import size  # noqa: E402
from tests.standins import environment, quick  # noqa: E402

quick.shorten()
environment.remember()

hypothesis.settings.register_profile("house", deadline=None, max_examples=size(40, full=100))  # a busy machine is no failure
hypothesis.settings.load_profile("house")

NO_SKIPS = os.environ.get("NO_SKIPS") == "1"
"""Where everything must run: a skip is a failure there, for it would prove nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _must_run((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _must_run((yield))


def _must_run(report):
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"nothing may be skipped here: {report.longrepr}"
    return report


def pytest_collection_finish():
    """The in-process store copies rows all the time: looking for circles was a sixth of the suite. The app has its own pace of it."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """A group's tests go to one worker: since pytest 9.2 nobody reads where pytest-xdist 3.8 writes the group's name down."""
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = NodeId.parse(grouped)


@pytest.fixture(autouse=True)
def settings_as_they_stand() -> None:
    """No test reads what another one set."""
    from chalicelib.core.settings import settings

    settings.cache_clear()


@pytest.fixture(autouse=True)
def what_dynamodb_takes() -> Iterator[None]:
    """No test asks the store for what DynamoDB refuses, whatever the code made of the error."""
    yield
    strict = sys.modules.get("chalicelib.core.storage.strict")
    broken = [*strict.refused] if strict else []
    if strict:
        strict.refused.clear()
    assert not broken, "DynamoDB would have refused these requests"


@pytest.fixture
def sent(settings_as_they_stand: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A stand-in Bot API on loopback that keeps what arrives; the settings point at it."""
    from chalicelib.core.settings import settings
    from tests.standins.telegram import TelegramStandIn

    with TelegramStandIn(token="1234567:stand-in-token") as telegram:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
        monkeypatch.setenv("TELEGRAM_API_URL", telegram.api_url)
        settings.cache_clear()
        yield telegram
        assert not telegram.wrong, "the Bot API would have refused these requests"
    monkeypatch.undo()
    settings.cache_clear()
