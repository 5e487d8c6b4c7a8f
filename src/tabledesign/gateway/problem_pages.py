"""A page for each kind of problem, under the ``type`` that problem documents name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from tabledesign.api.problem_types import ProblemType
from tabledesign.api.problems import TYPES
from tabledesign.api.statuses import phrase_of
from tabledesign.gateway.pages import Document

__all__ = ["PROBLEMS", "problem_pages"]

PROBLEMS: Final = TYPES.rstrip("/")


def problem_pages(kinds: Sequence[ProblemType]) -> tuple[Document, ...]:
    """One for each kind, and one that lists them all."""
    return (_all(kinds), *map(_page, kinds))


def _all(kinds: Sequence[ProblemType]) -> Document:
    rows = "\n".join(
        f'<tr><td>{kind.status}</td><td><a href="{escape(TYPES + kind.code)}">'
        f"{escape(kind.code)}</a></td><td>{escape(kind.title)}</td></tr>"
        for kind in sorted(kinds, key=lambda kind: (kind.status, kind.code))
    )
    return Document(
        path=PROBLEMS,
        title="Problems",
        body="<h1>Problems</h1>\n"
        '<p class="lead">Whatever goes wrong is answered with a problem document (RFC 9457), '
        "whose code never changes.</p>\n"
        '<div class="scrolls"><table><thead><tr><th scope="col">Status</th>'
        f'<th scope="col">Code</th><th scope="col">What it is</th></tr></thead>\n<tbody>{rows}'
        "</tbody></table></div>",
    )


def _page(kind: ProblemType) -> Document:
    statuses = ", ".join(f"{each} {phrase_of(each)}" for each in kind.statuses)
    return Document(
        path=TYPES + kind.code,
        title=kind.title,
        body=f"<h1>{escape(kind.title)}</h1>\n"
        f'<p><code>{escape(kind.code)}</code> <span class="tag">{escape(statuses)}</span></p>\n'
        f"<p>{_marked(kind.meaning)}</p>\n"
        f"<h2>What to do</h2>\n<p>{_marked(kind.remedy)}</p>\n"
        f'<p><a href="{PROBLEMS}">All problems</a></p>',
    )


def _marked(text: str) -> str:
    """The text, with what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
