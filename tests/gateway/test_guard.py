"""Who may speak to the local server, and what browsers are told with every answer."""

from __future__ import annotations

import pytest

from tabledesign.gateway.guard import App, Guard, Message, Receive, Scope, Send

from .browsing import PORT, visit


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": 200, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": b"hello"})


APP: App = Guard(_hello, PORT)


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"LocalHost:{PORT}"])
def test_the_servers_own_names_are_answered(host: str) -> None:
    assert (200, "hello") == (visit(APP, "/", host=host).status, visit(APP, "/", host=host).text)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "127.0.0.1",
        "localhost",
        f"127.0.0.1:{PORT + 1}",
        f"rebound.example:{PORT}",
        f"localhost.rebound.example:{PORT}",
        f"127.0.0.1:{PORT}, rebound.example",
        f"rebound.example@127.0.0.1:{PORT}",
        f"0.0.0.0:{PORT}",
    ],
)
def test_another_host_is_refused_so_that_a_rebound_name_reaches_nothing(host: str | None) -> None:
    shown = visit(APP, "/", host=host)

    assert 421 == shown.status
    assert "hello" not in shown.text
    assert "content-security-policy" in shown.headers


def test_the_usual_port_may_be_left_out_of_the_host() -> None:
    assert 200 == visit(Guard(_hello, 80), "/", host="localhost").status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (f"http://127.0.0.1:{PORT}", 200),
        (f"http://localhost:{PORT}", 200),
        ("http://rebound.example", 403),
        (f"https://127.0.0.1:{PORT}", 403),
        (f"http://127.0.0.1:{PORT + 1}", 403),
        ("null", 403),
    ],
)
def test_only_pages_of_this_server_may_ask_it(origin: str, status: int) -> None:
    assert status == visit(APP, "/", method="POST", origin=origin).status


def test_no_answer_lets_another_origin_read_it() -> None:
    headers = visit(APP, "/", origin=f"http://localhost:{PORT}").headers

    assert not [name for name in headers if name.startswith("access-control-")]


def test_every_answer_tells_browsers_to_run_nothing_but_the_servers_own_files() -> None:
    headers = visit(APP, "/").headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))

    assert ("'none'", "'self'") == (policy["default-src"], policy["script-src"])
    assert "'none'" == policy["frame-ancestors"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "nosniff" == headers["x-content-type-options"]
    assert "no-store" == headers["cache-control"]
