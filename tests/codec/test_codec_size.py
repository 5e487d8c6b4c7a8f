"""Item sizes by the Developer Guide's rule, and the 400 KB limit."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from tabledesign.codec import check_size, item_size
from tabledesign.errors import InputError
from tabledesign.limits import ITEM_BYTES


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"a": {"S": ""}}, 1),
        ({"a": {"S": "é"}}, 3),
        ({"é": {"S": "🎉"}}, 6),
        ({"a": {"B": b"abc"}}, 4),
        ({"a": {"BOOL": False}}, 2),
        ({"a": {"NULL": True}}, 2),
        ({"a": {"N": "0"}}, 2),
        ({"a": {"N": "5"}}, 3),
        ({"a": {"N": "10"}}, 3),
        ({"a": {"N": "100"}}, 3),
        ({"a": {"N": "123"}}, 4),
        ({"a": {"N": "-123"}}, 5),
        ({"a": {"N": "0.5"}}, 3),
        ({"a": {"N": "9" * 38}}, 21),
        ({"a": {"L": []}}, 4),
        ({"a": {"M": {}}}, 4),
        ({"a": {"L": [{"S": "x"}, {"S": "yz"}]}}, 9),
        ({"a": {"M": {"k": {"S": "x"}}}}, 7),
        ({"a": {"SS": ["x", "yz"]}}, 4),
        ({"a": {"NS": ["1", "123"]}}, 6),
        ({"a": {"BS": [b"", b"x"]}}, 2),
    ],
)
def test_an_item_has_the_documented_size(item: dict[str, Any], size: int) -> None:
    assert size == item_size(item)


@pytest.mark.parametrize(
    ("exponent", "plain"),
    [("12E+1", "120"), ("1E+3", "1000"), ("-123E-2", "-1.23"), ("12E-4", "0.0012"), ("0E+4", "0")],
)
def test_a_number_has_one_size_however_it_is_written(exponent: str, plain: str) -> None:
    assert item_size({"a": {"N": plain}}) == item_size({"a": {"N": exponent}})


def test_a_number_is_never_taken_for_smaller_than_documented_nor_for_much_larger() -> None:
    source = random.Random(3)
    for _ in range(5_000):
        digits = source.randint(1, 38)
        number = Decimal(source.randint(1, 10**digits - 1)).scaleb(source.randint(-40, 40))
        significant = len("".join(map(str, number.as_tuple().digits)).strip("0"))
        documented = (significant + 1) // 2 + 1
        assert documented <= item_size({"": {"N": str(number)}}) <= documented + 1


def test_an_item_at_the_limit_passes_and_one_byte_more_names_the_largest_attribute() -> None:
    item: dict[str, Any] = {"pk": {"S": "x"}, "body": {"S": ""}}
    item["body"]["S"] = "x" * (ITEM_BYTES - item_size(item))
    assert ITEM_BYTES == item_size(item)
    check_size(item, "Note")
    item["body"]["S"] += "x"
    with pytest.raises(InputError) as caught:
        check_size(item, "Note")
    assert ("item.too_large", "body") == (caught.value.code, caught.value.field)
    assert (
        "Note is 409,601 bytes as an item and DynamoDB stores 409,600 at most; its largest "
        "attribute is 'body' with 409,598 bytes: store that elsewhere, or in several items"
    ) == caught.value.message
