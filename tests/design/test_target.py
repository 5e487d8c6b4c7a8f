"""Designs are found by name, and all that is wrong with one is told at once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tabledesign import DesignError, InputError
from tabledesign.design.target import load_target

HEAD = """
from __future__ import annotations
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern
"""
GOOD = (
    HEAD
    + """
table = Table("notes")
class Note(Entity, table=table):
    note_id: str
    by_id = Key(partition="note_id")
"""
)
FIVE_FAULTS = (
    HEAD
    + """
table = Table("bad", global_indexes=("gsi1",))
class A(Entity, table=table):
    a: str
    by_id = Key(partition="nope")
class B(Entity, table=table):
    b: float
    by_id = Key(partition="b")
class C(Entity, table=table):
    c: str
    by_id = Key(partition="c")
    other = Key("gsi9", partition="c")
class D(Entity, table=table):
    d: str
    by_id = Key(partition="d")
    by_d = Key("gsi1", partition="d")
class E(Entity, table=table):
    e: str
class R(Repository, table=table):
    @access_pattern
    def consistent(self, d: str) -> Query[D]:
        '''Ds.'''
        return D.by_d.query(d=d).consistent()
"""
)
FIVE_CODES = {
    "key.unknown_field",
    "key.unsupported_type",
    "key.unknown_index",
    "schema.no_primary_key",
    "pattern.consistent_on_global",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_module_of_the_working_folder_is_found(folder: Path) -> None:
    write(folder, "design_by_name.py", GOOD)

    assert "notes" == load_target("design_by_name:table").table.name
    assert str(folder) not in sys.path


def test_a_file_is_found_and_may_import_its_neighbours(folder: Path) -> None:
    (folder / "inside").mkdir()
    write(folder / "inside", "neighbour_tables.py", GOOD)
    write(folder / "inside", "design_by_path.py", "from neighbour_tables import table\n")

    assert "notes" == load_target("inside/design_by_path.py:table").table.name


def test_the_only_table_of_a_module_need_not_be_named() -> None:
    assert "todo" == load_target("tabledesign.todo").table.name


def test_five_faults_of_five_classes_are_all_told_in_one_run(folder: Path) -> None:
    write(folder, "five_faults.py", FIVE_FAULTS)

    with pytest.raises(DesignError) as refused:
        load_target("five_faults:table")

    assert {r.code for r in refused.value.refusals} >= FIVE_CODES


def test_a_refused_design_is_refused_again(folder: Path) -> None:
    write(folder, "refused_twice.py", FIVE_FAULTS)

    for _ in range(2):
        with pytest.raises(DesignError):
            load_target("refused_twice:table")


def test_a_table_that_is_wrong_in_itself_is_a_refusal(folder: Path) -> None:
    write(folder, "twice.py", HEAD + 'table = Table("t", global_indexes=("a", "a"))\n')

    with pytest.raises(DesignError, match="two indexes are called 'a'"):
        load_target("twice.py:table")


@pytest.mark.parametrize(
    ("target", "code", "remedy"),
    [
        ("", "target.form", "module:table"),
        (":table", "target.form", "module:table"),
        ("no_such_module:table", "target.no_module", "correct the name"),
        ("tabledesign.nope:table", "target.no_module", "correct the name"),
        ("nope.py:table", "target.no_file", "write the path"),
        ("tabledesign.todo:tabel", "target.no_table", "'table'"),
        ("tabledesign.todo:Task", "target.no_table", "table"),
        ("json:table", "target.no_table", "There are"),
        ("json", "target.no_table", "name the module"),
    ],
)
def test_what_cannot_be_found_is_said_with_the_remedy(target: str, code: str, remedy: str) -> None:
    with pytest.raises(InputError) as refused:
        load_target(target)

    assert code == refused.value.code
    assert remedy in refused.value.message


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("raises", "1 / 0\n", "ZeroDivisionError at raises.py:1"),
        ("unparsable", "def (\n", "SyntaxError at unparsable.py:1"),
        ("label", "from tabledesign import Label\n\nLabel('')\n", "ValueError at label.py:3"),
        ("leaves", "raise SystemExit(3)\n", "SystemExit at leaves.py:1"),
        ("needs_more", "import no_such_library.part\n", "pip install no_such_library"),
    ],
)
def test_a_module_that_cannot_be_imported_is_said_with_the_line(
    folder: Path, name: str, text: str, said: str
) -> None:
    write(folder, f"{name}.py", text)

    for target in (f"{name}:table", f"{name}.py:table"):
        with pytest.raises(InputError) as refused:
            load_target(target)

        assert "target.broken" == refused.value.code
        assert said in refused.value.message


def test_several_tables_must_be_told_apart(folder: Path) -> None:
    write(folder, "several_tables.py", GOOD + 'other = Table("other")\n')

    with pytest.raises(InputError, match="several_tables:other"):
        load_target("several_tables")
