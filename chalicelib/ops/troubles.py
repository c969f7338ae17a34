"""Faults of our own configuration, shown and told: what is wrong, since when, and what to do."""

from collections.abc import Mapping

from chalicelib.core import storage, troubles
from chalicelib.core.observability import logger
from chalicelib.core.schemas import utc_text
from chalicelib.core.troubles import TroubleRow
from chalicelib.messaging import service as messaging
from chalicelib.ops.schemas import Trouble

WORDS: Mapping[str, str] = {
    "chatwoot_account": "admin_trouble_chatwoot_account",
    "chatwoot_token": "admin_trouble_chatwoot_token",
    "chatwoot_unset": "admin_trouble_chatwoot_unset",
    "counts_drift": "admin_trouble_counts_drift",
    "crm_shut": "admin_trouble_crm_shut",
    "email_account": "admin_trouble_email_account",
    "eskiz_account": "admin_trouble_eskiz_account",
    "files_bucket": "admin_trouble_files_bucket",
    "gocrm_token": "admin_trouble_gocrm_token",
    "gocrm_unset": "admin_trouble_gocrm_unset",
    "gocrm_user": "admin_trouble_gocrm_user",
    "google_sheet": "admin_trouble_google_sheet",
    "ledger_drift": "admin_trouble_ledger_drift",
    "max_token": "admin_trouble_max_token",
    "onec_entity": "admin_trouble_onec_entity",
    "onec_unset": "admin_trouble_onec_unset",
    "onec_user": "admin_trouble_onec_user",
    "people_drift": "admin_trouble_people_drift",
    "smsru_account": "admin_trouble_smsru_account",
    "supabase_table": "admin_trouble_supabase_table",
    "supabase_user": "admin_trouble_supabase_user",
    "telegram_chat": "admin_trouble_admin_chat",
    "telegram_token": "admin_trouble_telegram_token",
    "transcriber_account": "admin_trouble_transcriber_account",
    "vk_token": "admin_trouble_vk_token",
}
"""The template that says what to do about each; a test compares them with what is raised."""

CHANNEL = "telegram"
"""The way the admin is told: a trouble of its own is shown by `/health` alone."""


def standing() -> list[Trouble]:
    """Each trouble once, whoever met it, oldest first."""
    found: dict[str, TroubleRow] = {}
    for row in sorted(troubles.standing(), key=lambda row: row.since, reverse=True):
        found[row.what] = row
    return [_shown(row) for row in reversed(found.values())]


def _shown(row: TroubleRow) -> Trouble:
    todo = messaging.words(WORDS[row.what]) if row.what in WORDS else row.what
    return Trouble(what=row.what, since=utc_text(row.since), last_at=utc_text(row.last_at), todo=todo)


def tell() -> int:
    """Tell the admin of what he has not heard of, once each, however many meet it; how many he hears of now."""
    rows = troubles.standing()
    known = {row.what for row in rows if row.told == row.what}
    new: dict[str, list[TroubleRow]] = {}
    for row in rows:
        if row.told != row.what:
            new.setdefault(row.what, []).append(row)
    return sum(_tell(what, of_it, known=what in known) for what, of_it in new.items())


def _tell(what: str, rows: list[TroubleRow], *, known: bool) -> bool:
    tx = storage.Transaction()
    for row in rows:
        troubles.told(tx, row)
    by_message = not known and what in WORDS and not what.startswith(CHANNEL)
    if by_message:
        messaging.tell_admin(tx, WORDS[what], messaging.About("trouble_met", "live"), {})
    try:
        tx.commit()
    except storage.ConditionFailed:  # another tick was faster, or it is over
        return False
    logger.error("our own configuration is at fault", extra={"trouble": what})
    return not known
