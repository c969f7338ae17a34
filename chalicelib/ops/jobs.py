"""The outbox's Lambdas and the log's: they know every handler and every follower, so they live at the top."""

from typing import Any

from chalicelib.access import jobs as access_effects
from chalicelib.aftercare.followups import jobs as follow_up_effects
from chalicelib.analytics.counts import service as counts
from chalicelib.booking.conference import jobs as conference_effects
from chalicelib.booking.sessions import counting as session_counts
from chalicelib.booking.sessions import jobs as session_effects
from chalicelib.booking.slots import jobs as slot_effects
from chalicelib.booking.specialists import link as specialist_links
from chalicelib.clients.index import service as people
from chalicelib.consultations.followers import effects as consultation_effects
from chalicelib.core.facts import followers
from chalicelib.core.tasks import Tasks
from chalicelib.dialogue.threads import merging as dialogue_merges
from chalicelib.engagement.feedback import counting as review_counts
from chalicelib.engagement.feedback import following as review_following
from chalicelib.gocrm.cabinet import jobs as cabinet_effects
from chalicelib.gocrm.leads import jobs as lead_effects
from chalicelib.intake.merging import jobs as merge_effects
from chalicelib.intake.research import jobs as research_effects
from chalicelib.intake.rows import jobs as row_effects
from chalicelib.intake.tickets import counting as ticket_counts
from chalicelib.intake.tickets import jobs as ticket_effects
from chalicelib.loyalty.accounts import people as loyalty_people
from chalicelib.loyalty.ledger import recounting as operation_counts
from chalicelib.loyalty.merging import jobs as loyalty_merges
from chalicelib.loyalty.operations import jobs as operation_effects
from chalicelib.loyalty.referrals import jobs as referral_effects
from chalicelib.messaging import counting as message_counts
from chalicelib.messaging import delivery as message_effects
from chalicelib.messaging.bounces import effects as bounce_effects
from chalicelib.ops import following, service
from chalicelib.routes import apis
from chalicelib.sales.assistant import effects as assistant_effects
from chalicelib.sales.calls import following as sales_call_following
from chalicelib.sales.calls import index as sales_calls
from chalicelib.sales.calls.analysis import effects as sales_call_analysis
from chalicelib.sales.calls.recordings import effects as sales_call_recordings
from chalicelib.sales.calls.tasks import index as sales_tasks
from chalicelib.sales.crm.connections import effects as crm_connection_effects
from chalicelib.sales.crm.drift import effects as crm_drift_effects
from chalicelib.sales.crm.hooks import effects as crm_hook_effects
from chalicelib.sales.crm.sync import effects as crm_sync_effects
from chalicelib.sales.forecasts import nightly as forecasts
from chalicelib.sales.leads import jobs as lead_handovers
from chalicelib.sales.leads import people as sales_people
from chalicelib.sales.messages import effects as sales_message_effects
from chalicelib.sales.messages import following as sales_message_following
from chalicelib.sales.messages import index as sales_messages
from chalicelib.sales.reports import counting as deal_counts
from chalicelib.team.employees import following as employees_following
from chalicelib.team.hours import jobs as schedule_effects
from chalicelib.team.pay import recounting as pay_counts

EFFECTS = (
    message_effects,
    bounce_effects,
    session_effects,
    slot_effects,
    specialist_links,
    ticket_effects,
    conference_effects,
    follow_up_effects,
    research_effects,
    access_effects,
    consultation_effects,
    lead_effects,
    cabinet_effects,
    merge_effects,
    dialogue_merges,
    row_effects,
    referral_effects,
    loyalty_merges,
    operation_effects,
    lead_handovers,
    sales_message_effects,
    sales_message_following,
    sales_call_following,
    sales_call_analysis,
    sales_call_recordings,
    assistant_effects,
    crm_connection_effects,
    crm_sync_effects,
    crm_drift_effects,
    crm_hook_effects,
    employees_following,
    schedule_effects,
    review_following,
)
"""The modules whose import registers what the outbox delivers."""

DESCRIBED = (loyalty_people, sales_people)
"""The modules whose import has clients found by what their packages know of them."""

COUNTED = (message_counts, session_counts, ticket_counts, operation_counts, deal_counts, pay_counts, review_counts)
"""The modules whose import registers how the rows of a day are counted, and who follows the log."""

INDEXES = {"messages": sales_messages.UPKEEP, "calls": sales_calls.UPKEEP, "tasks": sales_tasks.UPKEEP}
"""Sales' own indexes by what the fold's answer calls them."""

DOORS = apis()
"""What the sweep takes up from the inbox is decided by its own operation."""

tasks = Tasks("ops")


@tasks.every("rate(1 minute)")
def sweep() -> dict[str, int]:
    """Deliver, retry, expire, take up and report whatever waits."""
    return service.sweep()


@tasks.stream("outbox")
def deliver(images: list[dict[str, Any]]) -> int:
    """Deliver what was just written."""
    return service.deliver(images)


@tasks.stream("facts", most=followers.MOST)
def tell_followers(images: list[dict[str, Any]]) -> int:
    """Hand what just happened to whoever follows the log."""
    return followers.wake(images)


@tasks.every("rate(1 minute)")
def follow() -> dict[str, int]:
    """Have leads be what time makes of them, and whoever follows the log read on to its end."""
    return following.follow()


@tasks.every("rate(1 minute)")
def people_fold() -> dict[str, int]:
    """Bring the sets of the people index, and of sales' own, up to the rows that changed."""
    done = people.fold()
    for name, index in INDEXES.items():
        done |= {f"{name}_{what}": number for what, number in index.fold().items()}
    return done


@tasks.every("cron(40 0 * * ? *)")
def people_check() -> int:
    """Compare random blocks of the people index, and of sales' own, with the rows that they are made of."""
    return people.check() + sum(index.check() for index in INDEXES.values())


@tasks.every("cron(10 * * * ? *)")
def sales_daily() -> dict[str, int]:
    """What a new day of the business brings to forecasts: it begins at ten past some hour, wherever the business is."""
    return forecasts.sales_daily()


@tasks.every("rate(1 hour)")
def counts_verify() -> int:
    """Compare yesterday's counts with the rows that they count."""
    return counts.verify()
