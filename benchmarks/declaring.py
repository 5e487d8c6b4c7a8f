"""What a design costs at import: entities and patterns declared, compiled and proved."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from pathlib import Path

__all__ = ["declare"]

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


def declare(count: int) -> float:
    """Milliseconds of CPU to import a design of so many entities with one pattern each."""
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
        started = time.process_time()
        spec.loader.exec_module(module)
        return (time.process_time() - started) * 1e3
