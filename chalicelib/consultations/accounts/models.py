"""What the consultations API knows of a client beyond who he is."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Account(storage.Table):
    """A client's organisation and subscription, how many consultations he has, and what he is called in Chatwoot and 1C.

    `cl_ref_key` is his Ref_Key in 1C's catalogue; `contact_id` and `source_id` are Chatwoot's. `owner` is the person who signs in
    to it; `email` and `phone` are what he or a site typed, which nobody has proven; `resembles` are clients whose they are.
    """

    Meta = storage.meta("accounts")

    client_id = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    country = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    org_inn = UnicodeAttribute(null=True)
    org_id = UnicodeAttribute(null=True)
    subs_id = UnicodeAttribute(null=True)
    subs_start = UTCDateTimeAttribute(null=True)
    subs_end = UTCDateTimeAttribute(null=True)
    tariff_id = UnicodeAttribute(null=True)
    tariffperiod_id = UnicodeAttribute(null=True)
    cl_ref_key = UnicodeAttribute(null=True)
    client_id_hash = UnicodeAttribute()
    consultations = NumberAttribute(default=0)
    contact_id = NumberAttribute(null=True)
    source_id = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    resembles = UnicodeSetAttribute(null=True)
