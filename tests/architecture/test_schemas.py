"""House rules of what comes in: a field is read or refused, whatever stands there."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

import app  # noqa: F401  imports every package's schemas
from chalicelib.core.schemas import Schema

STRANGE = (None, "", " ", "\u200b", "\x00", "\ud800", 0, -1, 1e-320, 10**400, True, [], [None], {}, {"a": None})


def kinds(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in of.__subclasses__():
        if kind.__module__.startswith("chalicelib."):  # other tests have kinds of their own
            yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("value", STRANGE, ids=lambda one: repr(one)[:12])
def test_what_stands_in_a_field_is_read_or_refused(value):
    broken = []
    for kind in kinds(Schema):
        for name, field in kind.model_fields.items():
            try:
                kind.model_validate({field.alias or name: value})
            except ValidationError:
                pass
            except Exception as error:  # whatever it is, its caller reads 500
                broken.append((kind.__name__, name, repr(error)[:80]))
    assert broken == []
