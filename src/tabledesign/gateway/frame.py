"""The frame around every document: head, menu, who is signed in, and the style all share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from tabledesign.gateway.pages import Document, Page, asset

__all__ = ["frame_assets", "framed"]

_PACKAGE: Final = "tabledesign.gateway"
_ASSETS: Final = ("style.css", "shell.js", "session.js", "favicon.png")

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" type="image/png" href="/static/favicon.png">
<link rel="stylesheet" href="/static/style.css">
{head}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/">{site}</a>
<nav aria-label="Pages">{menu}</nav>
<div class="session" id="session"></div>
</header>
<main id="main" tabindex="-1">
{body}
</main>
</body>
</html>
"""


def frame_assets() -> tuple[Page, ...]:
    """The files that every document refers to."""
    return tuple(asset(f"/static/{name}", _PACKAGE, f"assets/{name}") for name in _ASSETS)


def framed(document: Document, menu: Sequence[Document], site: str) -> str:
    """The whole page of a document."""
    styles = [f'<link rel="stylesheet" href="{escape(each)}">' for each in document.styles]
    scripts = [
        f'<script type="module" src="{escape(each)}"></script>'
        for each in ("/static/shell.js", *document.scripts)
    ]
    return _PAGE.format(
        title=escape(document.title if document.title == site else f"{document.title} · {site}"),
        site=escape(site),
        head="\n".join([*styles, *scripts]),
        menu="".join(_link(each, document) for each in menu),
        body=document.body,
    )


def _link(to: Document, here: Document) -> str:
    current = ' aria-current="page"' if to.path == here.path else ""
    return f'<a href="{escape(to.path)}"{current}>{escape(to.menu or to.title)}</a>'
