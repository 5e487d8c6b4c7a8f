"""One small design to ask, and bodies of patterns as text."""

from __future__ import annotations

import importlib.util
import itertools
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import pytest

from tabledesign import DesignError

PRELUDE = """
from __future__ import annotations

from datetime import date
from enum import Enum

from tabledesign import (
    Entity, Key, Query, Range, Repository, StartsWith, Table, access_pattern, collection, field,
)
from tabledesign.schema.key import BoundKey


class Status(Enum):
    OPEN = "open"
    DONE = "done"


table = Table("todo", global_indexes=("gsi1", "gsi2"))


class Task(Entity, table=table):
    user_id: str
    task_id: str
    status: Status = Status.OPEN
    due: date | None = None

    by_id = Key(partition="user_id", sort="task_id")
    by_status = Key("gsi1", partition="user_id", sort=("status", "task_id"))
    by_due = Key("gsi2", partition="user_id", sort=("due", "task_id"))

    @classmethod
    def asked(cls, user_id):
        return cls.by_id.query(user_id="ann" if user_id is None else user_id)


ANN = "ann"
NAMES = {"ann": "Ann"}


def either(value):
    return "ann" if value is None else value


def by_id():
    return Task.by_id

"""

Design: TypeAlias = Callable[[str], list[str]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a module of that text, from a file: bodies are read there."""
    numbers = itertools.count()

    def load(text: str) -> ModuleType:
        name = f"design_{next(numbers)}"
        path = tmp_path / f"{name}.py"
        path.write_text(PRELUDE + text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def codes(load: Callable[[str], ModuleType]) -> Design:
    """The codes with which a pattern is refused; the text is its method."""

    def codes(method: str) -> list[str]:
        body = textwrap.indent(textwrap.dedent(method).strip(), "    ")
        try:
            load(f"class Tasks(Repository, table=table):\n    @access_pattern\n{body}\n")
        except DesignError as error:
            return [refusal.code for refusal in error.refusals]
        return []

    return codes


@pytest.fixture
def stripped_codes(monkeypatch: pytest.MonkeyPatch) -> Design:
    """The same for a pattern whose source is nowhere to be read."""

    def codes(method: str) -> list[str]:
        body = textwrap.indent(textwrap.dedent(method).strip(), "    ")
        text = f"class Tasks(Repository, table=table):\n    @access_pattern\n{body}\n"
        code = compile(PRELUDE + text, "<stripped>", "exec")
        module = ModuleType("stripped")
        monkeypatch.setitem(sys.modules, "stripped", module)
        try:
            exec(code, vars(module))
        except DesignError as error:
            return [refusal.code for refusal in error.refusals]
        return []

    return codes
