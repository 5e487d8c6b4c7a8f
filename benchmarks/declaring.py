"""What a design costs at import: entities and patterns declared, compiled and proved.

In a process that has imported the library and declared a design before; `cold.py` has the rest.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.harness import in_turns
from benchmarks.results import Measured

__all__ = ["declaring"]

SIZES = (1, 10, 40)
_HEAD = """
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern
table = Table("many", global_indexes=("gsi1",))
"""
_ENTITY = """
class Kind{n}(Entity, table=table):
    owner: str
    number: int
    title: str = ""
    by_id = Key(partition="owner", sort="number")
    titled = Key("gsi1", partition="owner", sort=("title", "number"))
"""
_PATTERN = """
    @access_pattern
    def titled{n}(self, owner: str) -> Query[Kind{n}]:
        '''Kind {n} by title.'''
        return Kind{n}.titled.query(owner=owner)
"""


def declaring(rounds: int) -> Measured:
    """1, 10 and 40 entities with as many patterns: times are those of a piece."""
    _declare(1)
    turns = [(f"{count} entities, {count} patterns", partial(_declare, count)) for count in SIZES]
    lines = in_turns(turns, rounds=rounds)
    return Measured("declaring", "A design declared and proved", "an entity", rounds, lines)


def _declare(count: int) -> tuple[float, float]:
    """Seconds of CPU and wall time to import a design, by its size."""
    source = _HEAD + "".join(_ENTITY.format(n=n) for n in range(count))
    source += "\nclass All(Repository, table=table):"
    source += "".join(_PATTERN.format(n=n) for n in range(count))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.py"
        path.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(f"design_{count}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        started, began = time.process_time(), time.perf_counter()
        spec.loader.exec_module(module)
        spent, passed = time.process_time() - started, time.perf_counter() - began
        return spent / count, passed / count
