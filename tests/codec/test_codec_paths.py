"""Values beside a path, as conditions and updates hand them over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from tabledesign.codec import AsNumber, EpochSeconds, Role, Stored, compile_codec
from tabledesign.errors import InputError


class Colour(Enum):
    RED = "red"


class Card(BaseModel):
    kind: Literal["card"] = "card"
    limit: int


class Cash(BaseModel):
    kind: Literal["cash"] = "cash"
    limit: str
    coin: Annotated[str, Stored("c")] = ""


class Address(BaseModel):
    city: Annotated[str, Stored("c")]
    lines: list[str] = []


class User(BaseModel):
    name: Annotated[str, Stored("n")]
    colour: Colour = Colour.RED
    born: date | None = None
    seen: Annotated[datetime | None, EpochSeconds()] = None
    count: int = 0
    exact: Decimal = Decimal(0)
    weight: Annotated[float, AsNumber()] = 0.0
    photo: bytes = b""
    tags: set[Colour] = set()
    address: Annotated[Address | None, Stored("a")] = None
    homes: list[Address] | None = None
    scores: dict[str, list[int]] = {}
    pair: tuple[int, str] = (0, "")
    pay: Annotated[Card | Cash, Field(discriminator="kind")] = Card(limit=0)


CODEC = compile_codec(User)

GOOD: list[tuple[tuple[str | int, ...], object, Role, dict[str, object]]] = [
    (("name",), "Ann", "whole", {"S": "Ann"}),
    (("born",), None, "whole", {"NULL": True}),
    (("address", "city"), "Rome", "whole", {"S": "Rome"}),
    (("homes", 2, "lines", 0), "x", "whole", {"S": "x"}),
    (("scores", "any key", 3), 5, "whole", {"N": "5"}),
    (("pair", 1), "x", "whole", {"S": "x"}),
    (("pay", "limit"), 5, "whole", {"N": "5"}),
    (("pay", "limit"), "five", "whole", {"S": "five"}),
    (("name",), "An", "prefix", {"S": "An"}),
    (("born",), "2026-", "prefix", {"S": "2026-"}),
    (("colour",), "r", "prefix", {"S": "r"}),
    (("photo",), b"\xff", "prefix", {"B": b"\xff"}),
    (("name",), "nn", "element", {"S": "nn"}),
    (("tags",), Colour.RED, "element", {"S": "red"}),
    (("scores", "a"), 1, "element", {"N": "1"}),
    (("pair",), "x", "element", {"S": "x"}),
    (("tags",), 3, "size", {"N": "3"}),
    (("tags",), "SS", "type", {"S": "SS"}),
    (("count",), 1, "number", {"N": "1"}),
    (("exact",), 1, "number", {"N": "1"}),
    (("exact",), Decimal("0.50"), "number", {"N": "0.5"}),
    (("weight",), 0.5, "number", {"N": "0.5"}),
    (("seen",), 60, "number", {"N": "60"}),
    (("count",), -1, "addend", {"N": "-1"}),
    (("scores", "a"), [1, 2], "items", {"L": [{"N": "1"}, {"N": "2"}]}),
    (("homes",), (), "items", {"L": []}),
    (("tags",), {Colour.RED}, "members", {"SS": ["red"]}),
    (("tags",), {Colour.RED}, "addend", {"SS": ["red"]}),
]


@pytest.mark.parametrize(("path", "value", "role", "stored"), GOOD)
def test_a_value_takes_the_form_that_is_stored_at_its_path(
    path: tuple[str | int, ...], value: object, role: Role, stored: object
) -> None:
    assert stored == CODEC.encode_at(path, value, role)


BAD: list[tuple[tuple[str | int, ...], object, Role, str, str]] = [
    (("nome",), "x", "whole", "path.unknown_field", "has nothing at 'nome'"),
    ((), "x", "whole", "path.unknown_field", "has nothing at ''"),
    ((0,), "x", "whole", "path.unknown_field", "has nothing at '[0]'"),
    (("name", "x"), "x", "whole", "path.unknown_field", "has nothing at 'name.x'"),
    (("address", "zip"), "x", "whole", "path.unknown_field", "has nothing at 'address.zip'"),
    (("address", 0), "x", "whole", "path.unknown_field", "has nothing at 'address[0]'"),
    (("pair", 2), "x", "whole", "path.unknown_field", "has nothing at 'pair[2]'"),
    (("address", "zip", 0), "x", "whole", "path.unknown_field", "has nothing at 'address.zip'"),
    (("homes", "x"), "x", "whole", "path.unknown_field", "has nothing at 'homes.x'"),
    (("address", "city"), 5, "whole", "value.kind", "User.address.city is of type int"),
    (("pay", "limit"), 0.5, "whole", "value.kind", "User.pay.limit is of type float"),
    (("count",), "1", "prefix", "path.unfit", "User.count is a whole number, which begins"),
    (("address",), "x", "element", "path.unfit", "which contains no such value"),
    (("name",), 1, "number", "path.unfit", "User.name is a text, which is not a number"),
    (("count",), Decimal(1), "number", "value.kind", "User.count is of type Decimal"),
    (("count",), True, "number", "value.kind", "User.count is of type bool"),
    (("exact",), 0.5, "number", "value.kind", "User.exact is of type float"),
    (("name",), ["x"], "items", "path.unfit", "which is not a list to append to"),
    (("pair",), [1], "items", "path.unfit", "which is not a list to append to"),
    (("scores", "a"), 5, "items", "value.kind", "User.scores.a is of type int"),
    (("scores", "a"), [1, "x"], "items", "value.kind", "User.scores.a[1] is of type str"),
    (("name",), {"x"}, "members", "path.unfit", "User.name is a text, which is not a set"),
    (("tags",), set(), "members", "value.empty_set", "User.tags is an empty set"),
    (("tags",), "x", "size", "value.kind", "User.tags is of type str"),
]


@pytest.mark.parametrize(("path", "value", "role", "code", "words"), BAD)
def test_a_value_that_does_not_fit_its_path_is_refused(
    path: tuple[str | int, ...], value: object, role: Role, code: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        CODEC.encode_at(path, value, role)
    assert code == caught.value.code
    assert words in caught.value.message


def test_the_shorter_words_mean_the_whole_value() -> None:
    assert {"S": "Ann"} == CODEC.encode_field("name", "Ann")
    assert {"S": "Rome"} == CODEC.encode_path(("address", "city"), "Rome")
    assert {"N": "1795435200"} == CODEC.encode_field("seen", datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        (("name",), ("n",)),
        (("address", "city"), ("a", "c")),
        (("homes", 2, "city"), ("homes", 2, "c")),
        (("scores", "city"), ("scores", "city")),
        (("pay", "coin"), ("pay", "c")),
        (("pk",), ("pk",)),
    ],
)
def test_paths_are_told_by_stored_names(path: Any, stored: Any) -> None:
    assert stored == CODEC.stored_path(path)
    assert "a" == CODEC.fields["address"].stored_name
