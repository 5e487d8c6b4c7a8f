"""Each kind of problem has a page in the repository, which is as the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tabledesign.api.problem_pages import index_markdown, page_markdown
from tabledesign.api.problem_types import PROBLEM_TYPES, by_code
from tabledesign.todo.http.problem_types import TODO_PROBLEM_TYPES

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_page_says_what_it_is_what_it_means_and_what_to_do() -> None:
    kind = by_code(PROBLEM_TYPES)["condition.stale"]
    page = page_markdown(kind)

    assert page.startswith(f"# {kind.title}\n\n`condition.stale`, 412 Precondition Failed\n")
    assert [True, True] == [text in page for text in (kind.meaning, kind.remedy)]
    assert '"type": "/problems/condition.stale"' in page


def test_a_kind_of_two_statuses_says_both() -> None:
    kind = by_code(TODO_PROBLEM_TYPES)["access.purpose"]

    assert "`access.purpose`, 403 Forbidden or 400 Bad Request" in page_markdown(kind)


def test_the_index_leads_to_every_page() -> None:
    told = index_markdown(TODO_PROBLEM_TYPES)

    assert [] == [kind.code for kind in TODO_PROBLEM_TYPES if f"]({kind.code}.md)" not in told]


def test_the_pages_of_the_repository_are_as_the_types_say() -> None:
    assert 0 == script("problem_pages").main(["--check"])


def test_the_document_of_the_repository_is_as_the_routes_say() -> None:
    assert 0 == script("openapi").main(["--check"])


def test_a_page_that_is_missing_changed_or_left_over_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = script("problem_pages")
    monkeypatch.setattr(pages, "FOLDER", tmp_path / "problems")
    assert 1 == pages.main(["--check"])

    assert 0 == pages.main(["--write"])
    assert 0 == pages.main(["--check"])

    (tmp_path / "problems/body.json.md").write_text("other")
    (tmp_path / "problems/left.over.md").write_text("old")
    capsys.readouterr()
    assert 1 == pages.main(["--check"])
    told = capsys.readouterr().out
    assert ("body.json.md" in told, "left.over.md" in told) == (True, True)

    pages.main(["--write"])
    assert 0 == pages.main(["--check"])
