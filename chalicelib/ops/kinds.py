"""The kinds of effects that leave us, for doors that list them: a door does not import what delivers them."""

from chalicelib.core import outbox

KINDS: outbox.Kinds = [
    ("message", outbox.RANKS),
    ("client_merged", (outbox.NOW,)),
    ("conference", (outbox.NOW,)),
    ("conference_drop", (outbox.NOW,)),
    ("consultation_chatwoot", (outbox.NOW,)),
    ("consultation_onec", (outbox.NOW,)),
    ("follow_up", (outbox.NOW,)),
    ("gocrm_code", (outbox.NOW,)),
    ("gocrm_lead", (outbox.NOW,)),
    ("offer", (outbox.NOW,)),
    ("recount", (outbox.NOW,)),
    ("research_sheet", (outbox.NOW,)),
]
