"""Cards as the public site reads them; its names are its own."""

from typing import Literal

from pydantic import Field, RootModel

from chalicelib.core.schemas import Schema


class Card(Schema):
    """One who may be chosen. Prices are roubles; what he does not say of himself is null or empty."""

    id: str
    name: str
    age: int | None
    sex: Literal["Женщина", "Мужчина"] | None
    group: str | None
    experience: str | None
    min_session_price: int | float | None
    max_session_price: int | float | None
    link_photo: str | None
    link_video: str | None
    main_modal: str | None
    additional_modals: list[str]
    queries: str = Field(description="Joined by semicolons", examples=["тревога; сон"])
    works_with: str = Field(description="Joined by semicolons")
    short_description: str | None
    in_community: bool | None
    verified: bool | None
    is_married: bool | None
    has_children: bool | None
    personal_therapy_type: str | None
    personal_therapy_duration: str | None
    help_hand: str | bool | None
    first_free: bool | None
    all_with_price: bool | None
    min_client_age: int | None
    max_client_age: int | None
    telegram: str | None
    vk: str | None
    site: str | None


class Cards(RootModel[list[Card]]):
    """Everybody who works here, by name."""


class Diploma(Schema):
    psychologist: str = Field(description="Name and surname joined by an underscore", examples=["Мария_Орлова"])
    program_title: str | None
    year: str | None
    title: str | None
    doc_type: str | None


class Diplomas(RootModel[list[Diploma]]):
    """What everybody who works here learned."""
