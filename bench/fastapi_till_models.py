"""The till's rows for SQLAlchemy's ORM and SQLite: the same that the desk's tables hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from bench.fastapi_models import Base


class Person(Base):
    """A client as lists show him."""

    __tablename__ = "people"

    place: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    lead_number: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    telegram_id: Mapped[str | None]
    telegram_username: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    merged_into: Mapped[str | None]
    loyalty_spent: Mapped[int] = mapped_column(default=0)
    loyalty_visits: Mapped[int] = mapped_column(default=0)
    loyalty_last: Mapped[str | None]


class Account(Base):
    __tablename__ = "accounts"

    place: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int] = mapped_column(default=0)
    consumed: Mapped[int] = mapped_column(default=0)
    money: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    first_purchase: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    last_purchase: Mapped[dict[str, Any] | None]
    last_visit_at: Mapped[datetime | None]
    blocked: Mapped[bool] = mapped_column(default=False)
    level: Mapped[str | None]
    referrer: Mapped[int | None]
    merged_into: Mapped[int | None]
    channel: Mapped[int | None]
    birthday: Mapped[str | None]
    birth_year: Mapped[int | None]
    gender: Mapped[str | None]
    address: Mapped[str | None]
    notes: Mapped[str | None]
    tags: Mapped[list[Any] | None]
    updated_at: Mapped[datetime | None]


class Lot(Base):
    """Points that one operation gave."""

    __tablename__ = "lots"

    place: Mapped[str] = mapped_column(primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    expired: Mapped[int] = mapped_column(default=0)
    operation: Mapped[int]
    expires_on: Mapped[str | None] = mapped_column(index=True)


class Product(Base):
    __tablename__ = "products"

    number: Mapped[int] = mapped_column(primary_key=True)
    item_type: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    full_name: Mapped[str] = mapped_column(default="")
    receipt_name: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    track_inventory: Mapped[bool] = mapped_column(default=True)
    is_promo: Mapped[bool] = mapped_column(default=False)
    is_traceable: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    price: Mapped[int]
    cost: Mapped[int] = mapped_column(default=0)
    sku: Mapped[str] = mapped_column(default="")
    barcode: Mapped[str] = mapped_column(default="")
    manufacturer: Mapped[str] = mapped_column(default="")
    country_of_origin: Mapped[str] = mapped_column(default="")
    tax: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    critical_stock: Mapped[int] = mapped_column(default=0)
    desired_stock: Mapped[int] = mapped_column(default=0)
    comment: Mapped[str] = mapped_column(default="")
    stock: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Stock(Base):
    __tablename__ = "stock"

    product: Mapped[int] = mapped_column(primary_key=True)
    location: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(default=0)


class Movement(Base):
    __tablename__ = "movements"

    number: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[int] = mapped_column(index=True)
    location: Mapped[int]
    movement_type: Mapped[str]
    product_name: Mapped[str]
    quantity: Mapped[int]
    delta: Mapped[int]
    unit_cost: Mapped[int | None]
    counterparty: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    operation: Mapped[int | None]
    actor: Mapped[str]


class Certificate(Base):
    __tablename__ = "certificates"

    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    title: Mapped[str]
    amount: Mapped[int]
    balance: Mapped[int]
    issue_method: Mapped[str]
    status: Mapped[str]
    client: Mapped[str | None] = mapped_column(index=True)
    expires_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    sold_by: Mapped[int | None]
    actor: Mapped[str]
    created_at: Mapped[datetime]


class Operation(Base):
    """One operation; its number is the database's."""

    __tablename__ = "operations"
    __table_args__ = (Index("of_client", "client", "created_at"), Index("of_all", "created_at"))

    number: Mapped[int] = mapped_column(primary_key=True)
    op_type: Mapped[str]
    client: Mapped[str]
    created_at: Mapped[datetime]
    lines: Mapped[list[Any]]
    amount: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    referral_discount: Mapped[int] = mapped_column(default=0)
    cash: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    earned: Mapped[int] = mapped_column(default=0)
    certificate: Mapped[int] = mapped_column(default=0)
    certificate_code: Mapped[str | None]
    payment_method: Mapped[str | None]
    items: Mapped[list[Any] | None]
    location: Mapped[int | None]
    employee: Mapped[int | None]
    appointment: Mapped[str | None]
    receipt_number: Mapped[str | None]
    level: Mapped[str | None]
    percent: Mapped[int | None]
    balance_after: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    refund_of: Mapped[int | None]
    refunded: Mapped[int] = mapped_column(default=0)
    points_returned: Mapped[int] = mapped_column(default=0)
    points_taken_back: Mapped[int] = mapped_column(default=0)
    certificate_returned: Mapped[int] = mapped_column(default=0)
    referral_state: Mapped[str | None]
    referral: Mapped[list[Any] | None]
    imported: Mapped[bool | None]
    actor: Mapped[str]
    counted: Mapped[dict[str, Any] | None]


class Receipt(Base):
    __tablename__ = "receipts"

    receipt_number: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[int]


class RequestMade(Base):
    """What a request under an Idempotency-Key made."""

    __tablename__ = "requests"

    name: Mapped[str] = mapped_column(primary_key=True)
    said: Mapped[str]
    made: Mapped[str]
    expires_at: Mapped[datetime]


class FactMade(Base):
    """The log."""

    __tablename__ = "facts"
    __table_args__ = (Index("of_subject", "subject", "fact_id"),)

    fact_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    kind: Mapped[str]
    contour: Mapped[str]
    happened_at: Mapped[datetime]
    day: Mapped[str]
    ref: Mapped[str]
    actor: Mapped[str]
    data: Mapped[dict[str, Any]]


class Entry(Base):
    """Settings and locations."""

    __tablename__ = "directories"

    directory: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    said: Mapped[dict[str, Any]]
