"""Every mutant of a source text: mutmut's operators, three of our own, and what is left alone.

mutmut itself is not run, for it mutates only plain functions, through trampolines that change
what the tests see; its operators are taken as a library and applied to the source.

Not mutated, for no test should notice: annotations and aliases of types, `__all__`, imports, code
under `TYPE_CHECKING`, docstrings, decorators, and text for people, that is a string literal with
two lower-case words in a row. Not mutated as in mutmut: the arguments of `len` and `isinstance`.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# libcst and mutmut are in an environment of their own, which the checkers do not see.

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators
from scripts.mutants.mutant import Change, changed

__all__ = ["changes_of"]

TEXT = re.compile(r"[a-z]{2,},? [a-z]{2,}")
LITERAL = re.compile(r"\W*[fFrRbB]{0,2}[\"']")
UNTOUCHED = (
    m.Annotation()
    | m.Decorator()
    | m.Import()
    | m.ImportFrom()
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Expr(value=m.SimpleString() | m.ConcatenatedString())
    | m.Call(func=m.Name("len") | m.Name("isinstance") | m.Name("TypeVar") | m.Name("cast"))
)


def changes_of(path: str, text: str) -> list[Change]:
    """Every change of the text that an operator makes, but for what is left alone."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    visitor = _Changes(path, text, wrapper.module)
    wrapper.visit(visitor)
    return visitor.changes


class _Changes(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, text: str, module: cst.Module) -> None:
        super().__init__()
        self.changes: list[Change] = []
        self.path = path
        self.text = text
        self.module = module
        self.where: list[str] = []
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, UNTOUCHED) or self._names_only(node) or _is_text(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.where.append(node.name.value)
        for kind, operator in (*mutation_operators, *OWN_OPERATORS):
            if isinstance(node, kind):
                for mutated in operator(node):
                    self._add(node, mutated)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.where.pop()

    def _names_only(self, node: cst.CSTNode) -> bool:
        """Whether it assigns `__all__`, or gives a type another name."""
        if not isinstance(node, cst.Assign | cst.AnnAssign):
            return False
        target = node.targets[0].target if isinstance(node, cst.Assign) else node.target
        if not isinstance(target, cst.Name):
            return False
        name = target.value
        return name == "__all__" or (not self.where and not name.isupper() and name[0].isupper())

    def _add(self, node: cst.CSTNode, mutated: cst.CSTNode) -> None:
        change = changed(self.path, self.text, self._source(node, mutated), ".".join(self.where))
        if LITERAL.match(change.old) and TEXT.search(change.old):
            return
        self.changes.append(change)

    def _source(self, node: cst.CSTNode, mutated: cst.CSTNode) -> str:
        """The file with one node replaced: spliced where that is exact, rendered anew elsewhere."""
        place = self.get_metadata(PositionProvider, node, None)
        if place is not None:
            start = self.starts[place.start.line - 1] + place.start.column
            old = self.module.code_for_node(node)
            if "\n" not in old and self.text.startswith(old, start):
                new = self.module.code_for_node(mutated)
                return self.text[:start] + new + self.text[start + len(old) :]
        return cst.ensure_type(self.module.deep_replace(node, mutated), cst.Module).code


def _is_text(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.FormattedString):
        words = (p.value if isinstance(p, cst.FormattedStringText) else "0" for p in node.parts)
        return TEXT.search("".join(words)) is not None
    if isinstance(node, cst.ConcatenatedString):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, cst.SimpleString) and TEXT.search(node.value) is not None


def _negated(node: cst.If) -> Iterator[cst.If]:
    """`if a` becomes `if not (a)`."""
    inner = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(
        test=cst.UnaryOperation(cst.Not(), inner),
        whitespace_before_test=cst.SimpleWhitespace(" "),
    )


def _unconditional(node: cst.CompIf) -> Iterator[cst.CompIf]:
    """A comprehension takes every element."""
    yield node.with_changes(test=cst.Name("True"))


def _returning_none(node: cst.Return) -> Iterator[cst.Return]:
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=cst.Name("None"))


def _dropped(node: cst.Expr | cst.Raise) -> Iterator[cst.Pass]:
    """A call for its effect, or an error, does not happen."""
    if isinstance(node, cst.Raise) or isinstance(node.value, cst.Call):
        yield cst.Pass()


OWN_OPERATORS = (
    (cst.If, _negated),
    (cst.CompIf, _unconditional),
    (cst.Return, _returning_none),
    (cst.Expr, _dropped),
    (cst.Raise, _dropped),
)
