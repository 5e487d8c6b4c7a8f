"""The start page: what is here, and where to go."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tabledesign.dataclass import dataclass
from tabledesign.gateway.pages import Document

__all__ = ["Entry", "start_page"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A way from the start page: where to, what it is called, and what is found there."""

    path: str
    title: str
    text: str


def start_page(
    title: str, lead: str, entries: Sequence[Entry], steps: Sequence[str], facts: Sequence[str]
) -> Document:
    """The page; ``steps`` are something to try, ``facts`` sentences about what is served."""
    cards = "\n".join(
        f'<a class="card" href="{escape(each.path)}"><h2>{escape(each.title)}</h2>'
        f"<p>{escape(each.text)}</p></a>"
        for each in entries
    )
    told = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    tried = "".join(f"<li>{escape(step)}</li>" for step in steps)
    trying = f'<h2>Something to try</h2>\n<ol class="steps">{tried}</ol>\n' if steps else ""
    return Document(
        path="/",
        title=title,
        body=f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n'
        f'<div class="cards">\n{cards}\n</div>\n{trying}<ul class="facts">{told}</ul>',
    )
