"""Routes for a repository that has nothing to do with tasks, tenants or users."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

import pytest

from tabledesign import Entity, Key, Query, Range, Repository, Table, access_pattern
from tabledesign.api.exchange import Call
from tabledesign.api.inputs import Served
from tabledesign.api.problems import Problem
from tabledesign.api.routing import listing
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine

from .shapes import Client, Sent, claims, client

table = Table("diary", global_indexes=("gsi1",))


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Entry(Entity, table=table):
    author: str
    day: date
    mood: Mood
    by_day = Key(partition="author", sort="day")
    by_mood = Key("gsi1", partition=("author", "mood"), sort="day")


class Diary(Repository, table=table):
    @access_pattern
    def written(self, author: str, day: Range[date]) -> Query[Entry]:
        """What an author wrote in a range of days."""
        return Entry.by_day.query(author=author, day=day)

    @access_pattern
    def in_mood(self, author: str, mood: Mood) -> Query[Entry]:
        """What an author wrote in a mood."""
        return Entry.by_mood.query(author=author, mood=mood)


def present(entry: Entry) -> list[str]:
    return [entry.day.isoformat(), entry.mood.value]


def permit(call: Call, arguments: Any) -> None:
    if arguments["author"] not in ("ann", "open"):
        raise Problem(403, "diary.private", "it is not yours to read")


@pytest.fixture
def diary() -> Iterator[Client]:
    with embedded() as engine:
        create_table(table, engine)
        scripted = ScriptedEngine(engine)
        entries = Diary(scripted, cursor_keys=b"k" * 32)
        for number, mood in enumerate([Mood.GOOD, Mood.BAD, Mood.GOOD], start=1):
            entries.put(Entry(author="ann", day=date(2026, 1, number), mood=mood))
        served = (Served(Diary.written.plan), Served(Diary.in_mood.plan))
        route = listing(
            "/entries",
            served,
            repository=lambda call: entries.within(call.deadline),
            bound=lambda call: {},
            permit=permit,
            present=present,
        )
        yield client("http", [route], clock=scripted.clock)


def ask(through: Client, *query: tuple[str, str]) -> Any:
    return through(Sent("GET", "/entries", query, who=claims("anybody")))


def test_a_range_is_asked_by_two_parameters(diary: Client) -> None:
    reply = ask(diary, ("author", "ann"), ("day_from", "2026-01-02"), ("day_to", "2026-01-03"))

    assert [["2026-01-02", "bad"], ["2026-01-03", "good"]] == reply.json["items"]


def test_an_enum_is_asked_by_its_value(diary: Client) -> None:
    reply = ask(diary, ("author", "ann"), ("mood", "good"))
    wrong = ask(diary, ("author", "ann"), ("mood", "GOOD"))

    assert [["2026-01-01", "good"], ["2026-01-03", "good"]] == reply.json["items"]
    assert (400, "mood") == (wrong.status, wrong.json["errors"][0]["parameter"])


def test_what_is_not_permitted_is_not_asked(diary: Client) -> None:
    assert 403 == ask(diary, ("author", "bob"), ("mood", "good")).status


def test_what_no_pattern_answers_is_told_with_what_they_do(diary: Client) -> None:
    reply = ask(diary, ("author", "ann"))

    assert 400 == reply.status
    assert reply.json["detail"].endswith(
        "author=<text>&day_from=<date> and/or day_to=<date>; author=<text>&mood=<Mood (good, bad)>"
    )


@pytest.mark.parametrize("author", ["", "open" * 700])
def test_a_value_that_no_key_holds_is_the_callers_fault(diary: Client, author: str) -> None:
    reply = ask(diary, ("author", author), ("mood", "good"))

    assert reply.status in (400, 403)
