"""Key texts are measured in bytes, after escaping, and the longest field is named."""

from __future__ import annotations

from random import Random

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Text
from tabledesign.keys.template import Template

LETTERS = {"a": 1, "é": 2, "中": 3, "\U0001f600": 4, "#": 3, "\x00": 3}
KEY = Composite((Label("Task"), Part("short", Text()), Part("long", Text())))


def sized(random: Random, size: int) -> str:
    """A text whose component takes exactly this many bytes."""
    letters: list[str] = []
    while size:
        letter = random.choice([one for one, takes in LETTERS.items() if takes <= size])
        letters.append(letter)
        size -= LETTERS[letter]
    return "".join(letters)


@pytest.mark.parametrize("limit", [2_048, 1_024])
def test_a_key_of_the_limit_passes_and_one_byte_more_does_not(limit: int) -> None:
    random = Random(limit)
    frame = len("Task#s##")
    for _ in range(350):
        for more in (-1, 0, 1):
            values: dict[str, object] = {"short": "s", "long": sized(random, limit - frame + more)}
            text = KEY.render(values)
            assert text is not None
            assert limit + more == len(text.encode())
            if more < 1:
                KEY.check_length(text, limit=limit, what="the key", values=values)
                continue
            with pytest.raises(InputError) as caught:
                KEY.check_length(text, limit=limit, what="the key", values=values)
            assert ("key.too_long", "long") == (caught.value.code, caught.value.field)


def test_the_error_names_size_limit_and_field() -> None:
    values: dict[str, object] = {"short": "s", "long": "#" * 10}
    text = KEY.render(values) or ""
    with pytest.raises(InputError) as caught:
        KEY.check_length(text, limit=16, what="the sort key of Task.by_id", values=values)
    assert (
        "the sort key of Task.by_id takes 38 bytes, 30 of them in 'long', "
        "and DynamoDB allows 16; shorten the value"
    ) == caught.value.message


def test_a_template_is_measured_too() -> None:
    template = Template("USER#{user_id}#{name}")
    values: dict[str, object] = {"user_id": "é" * 4, "name": "x"}
    text = template.render(values) or ""
    template.check_length(text, limit=15, what="the key", values=values)
    with pytest.raises(InputError) as caught:
        template.check_length(text, limit=14, what="the key", values=values)
    assert ("key.too_long", "user_id") == (caught.value.code, caught.value.field)
