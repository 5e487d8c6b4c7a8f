"""Every refusal of a design: provoked by a minimal design, its text reviewed and kept."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tabledesign import DesignError

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests" / "goldens" / "refusals"
SOURCES = [
    *sorted((ROOT / "src" / "tabledesign" / "schema").glob("*.py")),
    *sorted((ROOT / "src" / "tabledesign" / "patterns").glob("*.py")),
    ROOT / "src" / "tabledesign" / "repository" / "proof.py",
]
CODE = re.compile(r"(?:table|schema|key|view|pattern|rule|setting)\.[a-z_]+")
BLOCKS: dict[str, str] = dict(
    re.findall(
        r"^## (\S+)\n\n```python\n(.*?)^```$",
        (GOLDENS / "designs.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
PRELUDE = BLOCKS.pop("prelude")


def codes_in_the_source() -> set[str]:
    """Texts that are codes, but for those of errors about values (``code=...``)."""
    return {code for path in SOURCES for code in codes_in(ast.parse(path.read_text("utf-8")))}


def codes_in(tree: ast.AST) -> Iterator[str]:
    of_values = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        if node.arg == "code"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in of_values:
            text = node.value
            if isinstance(text, str) and CODE.fullmatch(text):
                yield text


def refusal_of(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> DesignError:
    """What importing the design raises; it stands in a file, since bodies are read there."""
    name = f"design_{code.replace('.', '_')}"
    path = folder / f"{name}.py"
    path.write_text(f"{PRELUDE}\n\n{BLOCKS[code]}", encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(DesignError) as caught:
        spec.loader.exec_module(module)
    return caught.value


def test_every_code_in_the_source_has_a_design_that_provokes_it() -> None:
    assert sorted(codes_in_the_source()) == sorted(BLOCKS)


def test_every_golden_belongs_to_a_design() -> None:
    assert sorted(BLOCKS) == sorted(path.stem for path in GOLDENS.glob("*.txt"))


@pytest.mark.parametrize("code", BLOCKS)
def test_a_wrong_design_is_refused_in_the_reviewed_words(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_goldens: bool
) -> None:
    error = refusal_of(code, tmp_path, monkeypatch)
    golden = GOLDENS / f"{code}.txt"
    if update_goldens:
        golden.write_text(f"{error}\n", encoding="utf-8")

    assert code in {refusal.code for refusal in error.refusals}
    assert golden.read_text(encoding="utf-8") == f"{error}\n"


@pytest.mark.parametrize("code", BLOCKS)
def test_a_refusal_is_one_fault_and_one_remedy_in_whole_sentences(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for refusal in refusal_of(code, tmp_path, monkeypatch).refusals:
        assert "slot" not in f"{refusal.fault} {refusal.remedy}"
        assert not refusal.fault.endswith((".", "!", "?"))
        assert not refusal.remedy.endswith((".", "!"))
        assert refusal.remedy[0].isupper()
