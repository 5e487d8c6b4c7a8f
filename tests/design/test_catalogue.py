"""The catalogue is the same on every run, and every deviation from it is found."""

from __future__ import annotations

import json
from pathlib import Path

from tests.design.designs import Orders, table

from tabledesign.design.catalogue import catalogue_files, check_catalogue, write_catalogue
from tabledesign.design.matrix import named_plans

FILES = catalogue_files(table, named_plans({"Orders": Orders.plans()}))


def test_there_is_a_folder_for_each_pattern_and_an_index() -> None:
    names = ("in_state", "titled", "between", "several", "sent")
    files = ("README.md", "request.json", "example.json")

    assert {"README.md", *(f"{n}/{f}" for n in names for f in files)} == set(FILES)


def test_written_twice_it_is_the_same() -> None:
    assert catalogue_files(table, named_plans({"Orders": Orders.plans()})) == FILES


def test_what_is_written_is_found_to_be_up_to_date(tmp_path: Path) -> None:
    written, strays = write_catalogue(FILES, tmp_path)

    assert sorted(FILES) == written
    assert [] == strays
    assert [] == check_catalogue(FILES, tmp_path)
    assert ([], []) == write_catalogue(FILES, tmp_path)


def test_missing_outdated_and_stray_files_are_told_apart(tmp_path: Path) -> None:
    write_catalogue(FILES, tmp_path)
    (tmp_path / "sent/README.md").unlink()
    (tmp_path / "titled/request.json").write_text("{}")
    (tmp_path / "old").mkdir()
    (tmp_path / "old/notes.txt").write_text("mine")

    found = {(one.path, one.fault) for one in check_catalogue(FILES, tmp_path)}

    assert {
        ("sent/README.md", "missing"),
        ("titled/request.json", "outdated"),
        ("old/notes.txt", "stray"),
    } == found


def test_writing_leaves_stray_files_alone(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/notes.txt").write_text("mine")

    _, strays = write_catalogue(FILES, tmp_path)

    assert ["old/notes.txt"] == [one.path for one in strays]
    assert "mine" == (tmp_path / "old/notes.txt").read_text()


def test_the_example_is_the_request_for_the_arguments_it_names() -> None:
    example = json.loads(FILES["between/example.json"])

    assert {"shop": "shop-1", "first": "first-1", "last": "last-1"} == example["arguments"]
    values = example["request"]["parameters"]["ExpressionAttributeValues"]
    assert {":pk": {"S": "Order#shop-1#"}, ":low": {"S": "Order#first-1#"}} == {
        name: values[name] for name in (":pk", ":low")
    }


def test_a_page_names_question_arguments_cost_and_command() -> None:
    page = FILES["in_state/README.md"]

    assert "Orders in a state within some days, the dear ones." in page
    assert "| `days` | range of date |" in page
    assert "0.5 read units per 4 KB" in page
    assert "tabledesign ask TARGET in_state state=open days=2026-01-01..2026-01-31 least=7" in page


def test_the_index_has_a_column_for_each_place() -> None:
    line = next(line for line in FILES["README.md"].splitlines() if "[sent]" in line)

    assert "| [sent](sent/README.md) |  | Order.by_state |  |  | all of the entity |" in line
