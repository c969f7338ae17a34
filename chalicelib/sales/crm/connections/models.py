"""Connections, and the runs of each."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Connection(storage.Table):
    """One connection to a CRM; they are few, and stand together under `kept_in`. `number` is its id in ten digits.

    Its secrets are in the vault under `secret_name`; here are their last characters, and a digest of what its hooks are known by.
    `hook_nonce` goes into the address of its hooks. `running` is the run that goes on. `cursor_at` is up to when, by the CRM's own clock,
    its changes are known, `pushed_at` up to when ours are told; `next_run_at` is when the next run begins by itself.
    """

    Meta = storage.meta("crm-connections")

    kept_in = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    crm_type = UnicodeAttribute()
    base_url = UnicodeAttribute()
    org_id = UnicodeAttribute(null=True)
    org_name = UnicodeAttribute(null=True)
    is_active = BooleanAttribute(default=True)
    sync_leads = BooleanAttribute(default=True)
    sync_contacts = BooleanAttribute(default=True)
    sync_deals = BooleanAttribute(default=True)
    sync_companies = BooleanAttribute(default=True)
    sync_direction = UnicodeAttribute(default="pull")
    field_mapping = storage.PackedJSON(null=True)
    secret_name = UnicodeAttribute(null=True)
    secret_hint = UnicodeAttribute(null=True)
    hook_nonce = UnicodeAttribute()
    hook_digest = UnicodeAttribute(null=True)
    check = JSONAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)

    running = UnicodeAttribute(null=True)
    next_run_at = UTCDateTimeAttribute(null=True)
    last_sync_at = UTCDateTimeAttribute(null=True)
    sync_count = NumberAttribute(default=0)
    error_count = NumberAttribute(default=0)
    last_error = UnicodeAttribute(null=True)
    cursor_at = NumberAttribute(null=True)
    pushed_at = UTCDateTimeAttribute(null=True)
    drift = storage.PackedJSON(null=True)

    @property
    def id(self) -> int:
        """Its id."""
        return int(self.number)


class Run(storage.Table):
    """One run: what it did is counted in the transactions that do it. `conflicts` are the last of what lost to the other side."""

    Meta = storage.meta("crm-runs")

    connection = UnicodeAttribute(hash_key=True)
    run_id = UnicodeAttribute(range_key=True)
    mode = UnicodeAttribute()
    dry_run = BooleanAttribute(default=False)
    state = UnicodeAttribute(default="running")
    begun_at = UTCDateTimeAttribute()
    ended_at = UTCDateTimeAttribute(null=True)
    looked = NumberAttribute(default=0)
    made = NumberAttribute(default=0)
    linked = NumberAttribute(default=0)
    changed = NumberAttribute(default=0)
    pushed = NumberAttribute(default=0)
    unlinked = NumberAttribute(default=0)
    beside = NumberAttribute(default=0)
    refused = NumberAttribute(default=0)
    conflicts = NumberAttribute(default=0)
    lost = JSONAttribute(null=True)
    error = UnicodeAttribute(null=True)
