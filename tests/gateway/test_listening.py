"""The port on loopback, taken before anything is made for its address."""

from __future__ import annotations

import socket

import pytest

from tabledesign.errors import InputError
from tabledesign.gateway.serving import listening


def test_any_free_port_is_taken_on_loopback_alone() -> None:
    with listening(0) as listener:
        host, port = listener.getsockname()

        assert ("127.0.0.1", True) == (host, port > 0)


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with listening(0) as first:
        port = first.getsockname()[1]

        with (
            pytest.raises(InputError, match=f"port {port} is taken; .* --port") as refused,
            listening(port),
        ):
            raise AssertionError("both have it")

    assert "serve.port" == refused.value.code


def test_a_port_is_free_again_at_once() -> None:
    with listening(0) as first:
        port = first.getsockname()[1]
    with listening(port) as again:
        assert port == again.getsockname()[1]


@pytest.mark.parametrize(("number", "said"), [(13, "not yours"), (99, "cannot be had")])
def test_a_port_that_cannot_be_had_is_told(
    monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "so it is")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(InputError, match=said), listening(80):
        raise AssertionError("it cannot be had")
