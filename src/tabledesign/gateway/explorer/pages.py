"""The explorer as pages: the document, its files, and what its script asks for."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from tabledesign.errors import (
    AccessDenied,
    EngineUnreachable,
    InputError,
    TabledesignError,
    TableMissing,
    Throttled,
)
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.gateway.pages import Asked, Document, Page, Piece, Reply, asset, text_of
from tabledesign.gateway.start import Entry

__all__ = ["EXPLORER", "PATH", "explorer_pages"]

PATH: Final = "/explorer"

EXPLORER: Final = Entry(
    PATH, "Table explorer", "What is stored, by partition and index; any pattern asked in place."
)

_PACKAGE: Final = "tabledesign.gateway.explorer"
_FILES: Final = (
    "explorer.css",
    "explorer.js",
    "address.js",
    "form.js",
    "grid.js",
    "keys.js",
    "panel.js",
    "picker.js",
    "text.js",
)
_ROWS: Final = frozenset({"tenant", "place", "partition", "shape", "at", "side", "limit", "cursor"})
_ANSWER: Final = frozenset({"tenant", "pattern", "limit", "cursor"})
_STATUSES: Final[Mapping[type[TabledesignError], int]] = {
    InputError: 400,
    TableMissing: 404,
    Throttled: 429,
    AccessDenied: 502,
    EngineUnreachable: 503,
}

Tell = Callable[[Asked], Mapping[str, Any]]


def explorer_pages(explorer: Explorer) -> tuple[Piece, ...]:
    """The pages of an explorer, all under `PATH`; nothing they answer changes anything."""
    return (
        Document(
            path=PATH,
            title="Table explorer",
            menu="Table",
            body=text_of(_PACKAGE, "assets/explorer.html"),
            scripts=(f"{PATH}/explorer.js",),
            styles=(f"{PATH}/explorer.css",),
        ),
        *(asset(f"{PATH}/{name}", _PACKAGE, f"assets/{name}") for name in _FILES),
        _page("design.json", partial(_design, explorer)),
        _page("rows.json", partial(_rows, explorer)),
        _page("answer.json", partial(_answer, explorer)),
    )


def _design(explorer: Explorer, asked: Asked) -> Mapping[str, Any]:
    _given(asked, frozenset())
    return explorer.design


def _rows(explorer: Explorer, asked: Asked) -> Mapping[str, Any]:
    given, parts = _given(asked, _ROWS, several="part")
    return explorer.rows(given, parts)


def _answer(explorer: Explorer, asked: Asked) -> Mapping[str, Any]:
    given, words = _given(asked, _ANSWER, several="arg")
    return explorer.answer(given, words)


def _page(name: str, tell: Tell) -> Page:
    return Page(f"{PATH}/{name}", partial(_told, tell))


def _told(tell: Tell, asked: Asked) -> Reply:
    """What is told as JSON; what a person can mend is told as on the command line."""
    try:
        return _json(tell(asked), 200)
    except TabledesignError as error:
        statuses = (_STATUSES[each] for each in type(error).__mro__ if each in _STATUSES)
        field = getattr(error, "field", None)
        told = {"code": error.code, "message": error.message, "field": field}
        return _json(told, next(statuses, 502))


def _json(value: object, status: int) -> Reply:
    # In ASCII: a stored text may hold half of a surrogate pair, which no UTF-8 can carry.
    return Reply(json.dumps(value, default=_plain).encode("ascii"), "application/json", status)


def _plain(value: object) -> object:
    """What stands in a request and is not JSON: binary values."""
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _given(
    asked: Asked, known: frozenset[str], *, several: str = ""
) -> tuple[dict[str, str], Sequence[str]]:
    """The parameters by name, and the values of the one that may be given several times."""
    given: dict[str, str] = {}
    repeated: list[str] = []
    for name, value in asked.query:
        if several and name == several:
            repeated.append(value)
        elif name not in known:
            raise InputError(
                f"there is no parameter {name!r}; there are {', '.join(sorted(known)) or 'none'}",
                code="argument.unknown",
                field=name,
            )
        elif name in given:
            raise InputError(
                f"{name!r} is given twice; give it once", code="argument.twice", field=name
            )
        else:
            given[name] = value
    return given, repeated
