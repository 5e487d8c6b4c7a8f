"""Pages and an API behind one address."""

from __future__ import annotations

import pytest

from tabledesign.api.problems import Problem
from tabledesign.errors import InputError
from tabledesign.gateway.guard import App, Message, Receive, Scope, Send
from tabledesign.gateway.pages import Asked, Document, Page, Piece, Reply, asset, json_reply
from tabledesign.gateway.site import site

from .browsing import PORT, visit


async def _api(scope: Scope, receive: Receive, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": 200, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": b"the API"})


def _told(asked: Asked) -> Reply:
    return json_reply([asked.method, asked.query, asked.rest, asked.body.decode()])


def _refusing(_: Asked) -> Reply:
    raise Problem(409, "door.shut", "the door is shut; knock")


def _failing(_: Asked) -> Reply:
    raise RuntimeError("a secret")


PIECES: list[Piece] = [
    Document(path="/", title="Start", body="<p>Here</p>"),
    Document(path="/second", title="The <second>", body="<p>There</p>", menu="Second & last"),
    Page("/told", _told),
    Page("/told", _told, "POST"),
    Page("/under/*", _told),
    Page("/refusing", _refusing),
    Page("/failing", _failing),
]
APP: App = site(PIECES, _api, title="Start", port=PORT)
HTML = "text/html,*/*;q=0.8"


def test_a_document_stands_in_the_frame_with_the_menu() -> None:
    shown = visit(APP, "/second", accept=HTML)

    assert (200, "text/html; charset=utf-8") == (shown.status, shown.headers["content-type"])
    assert "<title>The &lt;second&gt; · Start</title>" in shown.text
    assert '<a href="/second" aria-current="page">Second &amp; last</a>' in shown.text
    assert "<p>There</p>" in shown.text


def test_a_document_without_a_name_in_the_menu_has_no_place_there() -> None:
    assert '<nav aria-label="Pages"><a href="/second">Second &amp; last</a></nav>' in (
        visit(APP, "/", accept=HTML).text
    )


def test_nothing_is_written_into_a_page_that_the_policy_forbids() -> None:
    text = visit(APP, "/second").text

    assert "<script>" not in text
    assert "<style" not in text
    assert " style=" not in text


def test_a_page_is_told_what_was_asked() -> None:
    asked = visit(APP, "/told?a=1&a=%C3%A4&b=", method="POST", send={"x": 1})

    assert ["POST", [["a", "1"], ["a", "ä"], ["b", ""]], "", '{"x": 1}'] == asked.json


def test_a_star_stands_for_one_part_of_a_path() -> None:
    assert ["GET", [], "some.code", ""] == visit(APP, "/under/some.code").json
    assert b"the API" == visit(APP, "/under/one/two").body


def test_an_unknown_path_is_the_apis() -> None:
    assert b"the API" == visit(APP, "/v1/tasks", accept=HTML).body
    assert b"the API" == visit(APP, "/nowhere").body


def test_a_browser_that_has_lost_its_way_gets_a_page() -> None:
    shown = visit(APP, "/nowhere", accept=HTML)

    assert (404, True) == (shown.status, "There is no page under this address" in shown.text)


def test_another_method_is_refused_with_those_that_are_taken() -> None:
    shown = visit(APP, "/told", method="DELETE")

    assert (405, "GET, POST") == (shown.status, shown.headers["allow"])
    assert "method.not_allowed" == shown.json["code"]


def test_head_is_get_without_a_body() -> None:
    shown = visit(APP, "/told", method="HEAD")

    assert (200, b"") == (shown.status, shown.body)
    assert "0" != shown.headers["content-length"]


def test_what_a_page_refuses_is_a_problem_document() -> None:
    shown = visit(APP, "/refusing")

    assert (409, "application/problem+json") == (shown.status, shown.headers["content-type"])
    assert "door.shut" == shown.json["code"]


def test_what_fails_in_a_page_is_told_the_log_and_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown = visit(APP, "/failing")

    assert (500, "internal") == (shown.status, shown.json["code"])
    assert "secret" not in shown.text
    assert "a secret" in caplog.text


def test_a_body_beyond_the_bound_is_not_read_on() -> None:
    assert 413 == visit(APP, "/told", method="POST", raw=b"x" * 2_000_000).status


def test_two_pages_of_one_path_are_refused() -> None:
    with pytest.raises(InputError, match="two pages answer GET /told"):
        site([*PIECES, Page("/told", _told)], _api, title="", port=PORT)


def test_a_file_of_a_kind_that_is_not_served_is_refused() -> None:
    with pytest.raises(InputError, match="no kind of file"):
        asset("/static/x", "tabledesign.gateway", "pages.py")


@pytest.mark.parametrize("name", ["style.css", "shell.js", "session.js", "favicon.png"])
def test_what_the_frame_refers_to_is_there(name: str) -> None:
    assert 200 == visit(APP, f"/static/{name}").status
