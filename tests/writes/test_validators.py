"""A change never leaves what its entity's validators would refuse, and reads only where it must."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Annotated, Self

import pytest
from pydantic import (
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from tabledesign import Change, Entity, InputError, Key, Repository, Table, field
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.testing.changing import changed
from tabledesign.testing.model import row_of

from .memory import Memory

table = Table("spans")


class Box(BaseModel):
    width: Annotated[int, Field(ge=0)] = 0
    label: str


class Plain(BaseModel):
    name: str
    note: str | None = None


class Span(Entity, table=table):
    span_id: str
    start: int = 0
    end: int = 9
    title: str = ""
    rank: Annotated[int, Field(le=10)] = 0
    tags: Annotated[list[str], Field(max_length=2)] = []  # noqa: RUF012 - pydantic copies it
    words: list[str] = []  # noqa: RUF012
    code: str = "a"
    box: Box | None = None
    plain: Plain | None = None

    by_id = Key(partition="span_id")

    @property
    def length(self) -> int:
        return self.end - self.start

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.length < 0:
            raise ValueError("a span ends after it starts")
        return self

    @field_validator("code")
    @classmethod
    def _lower(cls, code: str) -> str:
        if code != code.lower():
            raise ValueError("codes are lower case")
        return code


class Strict(Entity, table=table):
    strict_id: str
    low: int = 0
    high: int = 9
    title: str = ""

    by_id = Key(partition="strict_id")

    @field_validator("high")
    @classmethod
    def _above(cls, high: int, info: ValidationInfo) -> int:
        if high < info.data.get("low", 0):
            raise ValueError("high is not below low")
        return high


class Spans(Repository, table=table):
    pass


SPAN, STRICT = Span.by_id(span_id="1"), Strict.by_id(strict_id="1")


@pytest.fixture
def engine() -> ScriptedEngine:
    memory = Memory()
    spans = Spans(memory)
    box, plain = Box(width=1, label="b"), Plain(name="p")
    spans.create(Span(span_id="1", tags=["x"], words=[], rank=9, box=box, plain=plain))
    spans.create(Strict(strict_id="1"))
    return ScriptedEngine(memory, clock=memory.clock)


def sent(engine: ScriptedEngine) -> list[str]:
    return [request.operation for request in engine.requests]


@pytest.mark.parametrize(
    "change",
    [
        Change().set(start=5, end=6),
        Change().set(title="new").append(words=["w"]),
        Change().set(rank=10),
        Change().set(code="b"),
        Change().set_if_absent(tags=["y"]),
        Change().set_at(field("plain")["name"], "q"),
    ],
)
def test_what_can_be_judged_by_itself_is_one_request(
    engine: ScriptedEngine, change: Change
) -> None:
    Spans(engine).update(SPAN, change)

    assert ["UpdateItem"] == sent(engine)


@pytest.mark.parametrize(
    "change",
    [
        Change().set(start=5),
        Change().add(end=1),
        Change().add(rank=1),
        Change().append(tags=["y"]),
        Change().set_at(field("box")["width"], 3),
        Change().remove_at(field("plain")["note"]),
    ],
)
def test_what_depends_on_the_item_is_read_first(engine: ScriptedEngine, change: Change) -> None:
    Spans(engine).update(SPAN, change)

    assert ["GetItem", "UpdateItem"] == sent(engine)


@pytest.mark.parametrize(
    "change",
    [
        Change().set(start=50),
        Change().set(start=5, end=4),
        Change().set(start=10).remove("end"),
        Change().add(rank=2),
        Change().set(rank=11),
        Change().append(tags=["y", "z"]),
        Change().set(code="B"),
        Change().set_at(field("box")["width"], -1),
        Change().remove_at(field("plain")["name"]),
    ],
)
def test_what_would_not_be_valid_is_refused_and_nothing_is_written(
    engine: ScriptedEngine, change: Change
) -> None:
    before = Spans(engine).get(SPAN)
    with pytest.raises(InputError):
        Spans(engine).update(SPAN, change)

    assert before == Spans(engine).get(SPAN)
    assert "UpdateItem" not in sent(engine)


def test_a_validator_that_may_look_anywhere_is_asked_with_the_whole_item(
    engine: ScriptedEngine,
) -> None:
    Spans(engine).update(STRICT, Change().set(title="x"))
    assert ["GetItem", "UpdateItem"] == sent(engine)
    with pytest.raises(InputError, match="high is not below low"):
        Spans(engine).update(STRICT, Change().set(high=-1))


def test_the_refusal_to_read_names_the_validator_and_what_it_needs(
    engine: ScriptedEngine,
) -> None:
    with pytest.raises(InputError, match="the validator _in_order that also needs end"):
        Spans(engine).update(SPAN, Change().set(start=5), policy="refuse")

    given = {"end": 9}
    after = Spans(engine).update(SPAN, Change().set(start=5), policy="require", given=given)
    assert (5, 9) == (after.start, after.end)
    assert ["UpdateItem"] == sent(engine)
    with pytest.raises(InputError, match="a span ends after it starts"):
        Spans(engine).update(SPAN, Change().set(start=10), policy="require", given=given)


def random_change(source: Random) -> Change:
    change = Change()
    options: tuple[Callable[[Change], Change], ...] = (
        lambda c: c.set(start=source.randrange(12)),
        lambda c: c.set(end=source.randrange(12)),
        lambda c: c.add(start=source.randrange(-4, 5)),
        lambda c: c.add(end=source.randrange(-4, 5)),
        lambda c: c.remove("end"),
        lambda c: c.add(rank=source.randrange(-2, 3)),
        lambda c: c.append(tags=["y"]),
        lambda c: c.set(tags=["y"] * source.randrange(4)),
        lambda c: c.set(box=Box(width=2, label="n")),
        lambda c: c.set(title="t"),
    )
    for _ in range(source.randint(1, 3)):
        try:
            change = source.choice(options)(change)
        except InputError:
            continue  # the same field twice
    return change


def test_a_change_is_refused_exactly_where_plain_python_finds_the_result_invalid() -> None:
    source, refused = Random("validators"), 0
    spans = Spans(Memory())
    held = spans.create(Span(span_id="1", box=Box(label="b")))
    for _ in range(2_000):
        change = random_change(source)
        try:
            expected = changed(row_of(held), change).entity
        except ValidationError:
            refused += 1
            with pytest.raises(InputError):
                spans.update(SPAN, change)
        else:
            held = spans.update(SPAN, change)
            assert expected == held, change
        assert held == spans.get(SPAN)
    assert 200 < refused < 1_800
