"""Walks in pages while others write: what was there throughout is given exactly once."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any, cast

import pytest

from tabledesign import Range
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.repository import runner
from tabledesign.schema.page import Page
from tabledesign.testing.broken import Broken
from tabledesign.testing.calls import Ask
from tabledesign.testing.drawing import draw_entity
from tabledesign.testing.histories import Setting
from tabledesign.testing.settings import setting
from tabledesign.testing.source import Seeded, chance, choice, weighted
from tabledesign.testing.verbs import Around, write_of
from tabledesign.testing.world import Round, World

from ..evidence import WALKS, Evidence
from .notes import Note, Notes

WALKER, WRITER = 0, 2  # two clients of one tenant
PATTERNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("of_owner", {"owner": "p1"}),
    ("open_notes", {"owner": "p1", "due": Range()}),
    ("finished", {"owner": "p1"}),
)


def walk(seed: int, made: Setting) -> int:
    """One walk from its first page to its last, with writes between; gives its pages."""
    source = Seeded(seed)
    world = made.world(seed)
    world.open()
    try:
        return walked(source, world, made, seed)
    finally:
        world.close()


def walked(source: Seeded, world: World, made: Setting, seed: int) -> int:
    notes = [draw_entity(source, Note, {}) for _ in range(14)]
    owned = [note.model_copy(update={"owner": "p1"}) for note in notes]
    world.fill([(WRITER, note) for note in owned])
    pattern, arguments = choice(source, PATTERNS)
    page = Round((Ask(WALKER, pattern, arguments, "page", source.integer(1, 3), seed),))
    pages = 0
    while not pages or seed in world.walks:
        world.play(page)
        pages += 1
        while seed in world.walks and chance(source, 60):
            around = Around([Note], world.stored(WRITER))
            verb = weighted(source, made.usable)
            drawn = verb.draw(source, around)
            if drawn is not None:
                world.play(Round((write_of(verb, WRITER, drawn),)))
    return pages


def walks(shared: EmbeddedEngine, seeds: range) -> int:
    made = setting(Notes, lambda: shared)
    return sum(walk(seed, made) for seed in seeds)


def test_a_row_that_is_there_throughout_is_given_exactly_once(
    shared: EmbeddedEngine, evidence: Evidence
) -> None:
    pages = walks(shared, range(300))

    assert pages > 2 * 300
    evidence(WALKS, 300)


@pytest.mark.full
@pytest.mark.parametrize("part", range(2, 22))
def test_a_row_that_is_there_throughout_is_given_exactly_once_in_10000_walks(
    shared: EmbeddedEngine, part: int, evidence: Evidence
) -> None:
    assert walks(shared, range(part * 500, part * 500 + 500)) > 2 * 500
    evidence(WALKS, 500)


def test_a_walk_that_loses_a_row_at_each_page_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cast("Callable[..., Generator[Any, Any, Page[Any]]]", vars(runner)["page"])

    def short(*args: Any, **options: Any) -> Generator[Any, Any, Page[Any]]:
        page = yield from whole(*args, **options)
        return replace(page, items=page.items[1:])

    monkeypatch.setattr(runner, "page", short)
    with pytest.raises(Broken, match="a walk in pages of"):
        walks(shared, range(20))
