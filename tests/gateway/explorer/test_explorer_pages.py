"""The explorer behind an address: its files, its JSON, and what hostile requests get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.gateway.browsing import PORT, Shown, visit

from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.gateway.explorer import pages
from tabledesign.gateway.explorer.pages import explorer_pages
from tabledesign.gateway.guard import App, Receive, Scope, Send
from tabledesign.gateway.site import site

from .shop import explorer_of, stocked, store, stored

ASSETS = Path(pages.__file__).parent / "assets"
XSS = '<img src=x onerror="alert(1)">'


async def _no_api(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def app_of(engine: EmbeddedEngine) -> App:
    return site(explorer_pages(explorer_of(engine)), _no_api, title="Shop", port=PORT)


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with stocked() as engine:
        store(engine, {**stored(engine, "o09"), "title": {"S": XSS}})
        yield app_of(engine)


def get(app: App, name: str, *pairs: tuple[str, str]) -> Shown:
    query = "&".join(f"{quote(key)}={quote(value)}" for key, value in pairs)
    return visit(app, f"/explorer/{name}?{query}")


def test_the_page_brings_its_own_files_and_nothing_else(app: App) -> None:
    page = visit(app, "/explorer", accept="text/html")

    found = _addresses(page.text)
    assert {"/explorer/explorer.js", "/explorer/explorer.css"} < found
    assert {200} == {visit(app, each).status for each in found if each.startswith("/explorer")}
    assert not {each for each in found if not each.startswith(("/", "#"))}
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "onclick" not in page.text


def test_every_file_that_is_shipped_is_served(app: App) -> None:
    shipped = {path.name for path in ASSETS.iterdir()} - {"explorer.html"}

    assert shipped == {name for name in shipped if visit(app, f"/explorer/{name}").status == 200}


def test_no_script_makes_markup_of_texts() -> None:
    for script in ASSETS.glob("*.js"):
        text = script.read_text("utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, (script.name, word)


def test_the_design_is_told(app: App) -> None:
    told = visit(app, "/explorer/design.json").json

    assert (["acme", "zeta"], ["Customer", "Order"]) == (told["tenants"], told["entities"])
    assert ["primary", "gsi1", "titles"] == [each["name"] for each in told["places"]]
    assert 8 == len(told["patterns"])


def test_stored_markup_is_a_text_among_others(app: App) -> None:
    shown = get(app, "rows.json", ("tenant", "acme"), ("limit", "200"))

    titles = [row["values"].get("title") for row in shown.json["rows"]]
    assert XSS in titles
    assert ("application/json", "nosniff") == (
        shown.headers["content-type"],
        shown.headers["x-content-type-options"],
    )


def test_an_answer_comes_as_json(app: App) -> None:
    shown = get(
        app,
        "answer.json",
        ("tenant", "acme"),
        ("pattern", "orders_by_id"),
        ("arg", "customer_id=ann"),
        ("arg", "ids=o01"),
        ("arg", "ids=o02"),
    )

    assert (200, 2) == (shown.status, shown.json["items"])


Pairs = list[tuple[str, str]]
HOSTILE: list[tuple[str, Pairs, int, str]] = [
    ("design.json", [("x", "1")], 400, "argument.unknown"),
    ("rows.json", [], 400, "tenant.unknown"),
    ("rows.json", [("tenant", "acme"), ("tenant", "zeta")], 400, "argument.twice"),
    ("rows.json", [("tenant", "acme"), ("TableName", "other")], 400, "argument.unknown"),
    ("rows.json", [("tenant", "acme"), ("cursor", "AAAA")], 400, "cursor.invalid"),
    ("rows.json", [("tenant", "acme"), ("cursor", "\0")], 400, "cursor.invalid"),
    ("rows.json", [("tenant", "acme"), ("cursor", "A" * 60_000)], 400, "cursor.invalid"),
    ("rows.json", [("tenant", "acme#customer"), ("place", "gsi1")], 400, "tenant.unknown"),
    ("rows.json", [("tenant", "acme"), ("partition", "zeta#customer#ann#")], 400,
     "argument.partition"),
    ("rows.json", [("tenant", "acme"), ("place", XSS)], 400, "argument.place"),
    ("answer.json", [("tenant", "acme"), ("pattern", "__class__")], 400, "argument.pattern"),
    ("answer.json", [("tenant", "zeta2"), ("pattern", "orders")], 400, "tenant.unknown"),
    ("answer.json", [("tenant", "acme"), ("pattern", "orders"), ("limit", "-1")], 400,
     "argument.limit"),
    ("answer.json", [("tenant", "acme"), ("pattern", "orders"), ("arg", "customer_id=ann"),
                     ("cursor", "x")], 400, "cursor.invalid"),
    ("answer.json", [("tenant", "acme"), ("pattern", "orders"), ("arg", "")], 400,
     "argument.form"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pairs", "status", "code"), HOSTILE)
def test_what_is_asked_wrongly_is_told_precisely(
    app: App, name: str, pairs: Pairs, status: int, code: str
) -> None:
    shown = get(app, name, *pairs)

    assert (status, code) == (shown.status, shown.json["code"])
    assert "Traceback" not in shown.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(app: App, method: str) -> None:
    shown = visit(app, "/explorer/rows.json?tenant=acme", method=method)

    assert (405, "GET") == (shown.status, shown.headers["allow"])


def test_another_name_for_this_machine_gets_nothing(app: App) -> None:
    assert 421 == visit(app, "/explorer/rows.json?tenant=acme", host="evil.example").status


def test_an_engine_that_fails_is_told_by_its_status() -> None:
    with embedded() as engine:
        app = app_of(engine)
        missing = get(app, "rows.json", ("tenant", "acme"))
        engine.close()
        gone = get(app, "rows.json", ("tenant", "acme"))

    assert [404, 503] == [missing.status, gone.status]


def test_binary_values_stand_in_answers_as_base64(app: App) -> None:
    told: Any = json.loads(pages._json({"a": b"\xff", "b": "\ud800"}, 200).body)

    assert {"a": "/w==", "b": "\ud800"} == told


def _addresses(text: str) -> set[str]:
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update(v for name, v in attrs if name in ("href", "src") and v)

    Reader().feed(text)
    return found
