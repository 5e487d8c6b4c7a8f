"""The README's code runs as it stands, against the embedded engine."""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tabledesign import Range, Table
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.wire import Request

FLAGS = re.MULTILINE | re.DOTALL
README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), FLAGS)


@pytest.fixture
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as made:
        yield made


def run(block: str, folder: Path, monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine) -> Any:
    """Import the block from a file of its own: access patterns read their own source."""
    path = folder / "readme_block.py"
    path.write_text(block, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)

    def client(_service: str) -> object:
        return client_with_tables(module, engine)

    monkeypatch.setattr("boto3.client", client)
    spec.loader.exec_module(module)
    return module


def client_with_tables(module: ModuleType, engine: EmbeddedEngine) -> object:
    """The engine's client, once every table the block declared is there."""
    for table in vars(module).values():
        if isinstance(table, Table):
            engine.send(Request("CreateTable", creation(table)))
    return engine.client


def creation(table: Table) -> dict[str, Any]:
    """The parameters of CreateTable, put together from the table's places alone."""

    def key_schema(partition: str, sort: str | None) -> list[dict[str, str]]:
        schema = [{"AttributeName": partition, "KeyType": "HASH"}]
        return schema + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])

    return {
        "TableName": table.name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema(table.partition_key, table.sort_key),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in table.key_attributes
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": place.name,
                "KeySchema": key_schema(place.partition_attribute, place.sort_attribute),
                "Projection": {"ProjectionType": "ALL"},
            }
            for place in table.places
            if place.kind == "global"
        ],
    }


GUIDES = sorted((README.parent / "docs").glob("*.md"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_the_code_of_a_guide_runs_from_top_to_bottom(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine
) -> None:
    text = guide.read_text("utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", text, FLAGS))
    run(code, tmp_path, monkeypatch, engine)
    monkeypatch.chdir(README.parent)
    sessions = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", text, FLAGS))
    test = doctest.DocTestParser().get_doctest(sessions, {}, guide.name, str(guide), 0)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_readme_shows_code() -> None:
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_of_the_readme_runs_as_it_stands(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine
) -> None:
    run(block, tmp_path, monkeypatch, engine)


def test_the_first_screen_finds_a_task_by_each_of_its_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine
) -> None:
    screen = run(BLOCKS[0], tmp_path, monkeypatch, engine)
    done = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    task = screen.Task(
        user_id="ann", task_id="1", title="water", due=date(2026, 11, 29), completed_at=done
    )
    screen.tasks.put(task)
    week = Range(date(2026, 11, 23), date(2026, 11, 29))
    questions = [
        screen.tasks.of_user("ann"),
        screen.tasks.completed("ann"),
        screen.tasks.due("ann", week),
    ]

    assert [[task]] * 3 == [list(question) for question in questions]


def test_the_first_screen_leaves_an_open_task_out_of_the_completed_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine
) -> None:
    screen = run(BLOCKS[0], tmp_path, monkeypatch, engine)
    screen.tasks.put(screen.Task(user_id="ann", task_id="1", title="water"))

    assert () == screen.tasks.completed("ann").page(limit=25).items
