"""A design costs in proportion to its entities and patterns, and what reads rows is made later."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import threading
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tabledesign.codec import codec, codec_of, page_reader, reader_of
from tabledesign.keys import overlap
from tabledesign.patterns.pattern import AccessPattern

HEAD = """
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern
table = Table("many", global_indexes=("gsi1",))
"""
ENTITY = """
class Kind{n}(Entity, table=table):
    owner: str
    number: int
    by_id = Key(partition="owner", sort="number")
    numbered = Key("gsi1", partition="number", sort="owner")
"""
PATTERN = """
    @access_pattern
    def of{n}(self, owner: str) -> Query[Kind{n}]:
        '''Kind {n} of an owner.'''
        return Kind{n}.by_id.query(owner=owner)
"""


def declare(count: int, folder: Path) -> ModuleType:
    source = HEAD + "".join(ENTITY.format(n=n) for n in range(count))
    source += "class All(Repository, table=table):"
    source += "".join(PATTERN.format(n=n) for n in range(count))
    path = folder / "design.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("design", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("count", [2, 12])
def test_what_is_done_grows_with_the_design_and_no_faster(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int
) -> None:
    done: Counter[str] = Counter()

    def counted(holder: object, name: str) -> None:
        original: Callable[..., Any] = getattr(holder, name)

        def count_it(*args: Any, **options: Any) -> Any:
            done[name] += 1
            return original(*args, **options)

        monkeypatch.setattr(holder, name, count_it)

    counted(overlap, "overlap")
    counted(codec, "compile_record")
    counted(inspect, "findsource")
    counted(tokenize, "generate_tokens")
    counted(AccessPattern, "compile")
    declare(count, tmp_path)
    assert {"compile_record": count, "findsource": count, "compile": count} == dict(done)


def test_what_reads_rows_is_made_when_it_is_first_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[object] = []
    original: Callable[..., None] = vars(page_reader.PageReader)["__init__"]

    def recorded(self: object, *args: Any, **options: Any) -> None:
        made.append(self)
        original(self, *args, **options)

    monkeypatch.setattr(page_reader.PageReader, "__init__", recorded)
    design = declare(2, tmp_path)
    assert [] == made
    reader = reader_of((design.Kind0,), "entity")
    assert [reader] == made
    assert reader is reader_of((design.Kind0,), "entity")


@pytest.fixture
def _often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_often")
def test_threads_that_ask_at_once_share_what_is_made(tmp_path: Path) -> None:
    for _ in range(5):
        design = declare(2, tmp_path)
        kinds = (design.Kind0, design.Kind1)
        for kind in kinds:
            type.__delattr__(kind, "__codec__")  # made by the proof
        gate = threading.Barrier(6)
        found: list[tuple[object, object]] = []

        def ask(gate: threading.Barrier = gate, kinds: Any = kinds, found: Any = found) -> None:
            gate.wait()
            found.append((codec_of(kinds[0]), reader_of(kinds, "entity")))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 6 == len(found)
        assert {found[0]} == set(found)
