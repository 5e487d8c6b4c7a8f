"""Bytes in, an answer out: however they are split, and never from bytes that are odd."""

from __future__ import annotations

import http.client
import io
import random
import zlib
from typing import Any, cast

import pytest

from tabledesign.engine.lanes.http import (
    BODY_LIMIT,
    HEAD_LIMIT,
    Answered,
    AnswerParser,
    check,
    endpoint_of,
    render,
)
from tabledesign.engine.lanes.lost import BadAnswer, Closed

from .raw_server import CHUNKED, PLAIN, answer

OK = "HTTP/1.1 200 OK\r\n"


def parsed(*parts: bytes, closed: bool = False) -> Answered:
    parser = AnswerParser()
    for part in parts:
        parser.feed(part)
    if closed:
        parser.eof()
    assert parser.answered is not None
    return parser.answered


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
def test_an_answer_is_the_same_however_it_is_split(data: bytes) -> None:
    whole = parsed(data)
    assert (200, b"{}", True) == (whole.status, whole.body, whole.keep_alive)
    assert str(zlib.crc32(b"{}")) == whole.headers["x-amz-crc32"]
    assert whole == parsed(*(bytes([byte]) for byte in data))
    for at in range(1, len(data)):
        assert whole == parsed(data[:at], data[at:])


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
def test_an_answer_that_ends_early_is_none_at_any_byte(data: bytes) -> None:
    for at in range(len(data)):
        parser = AnswerParser()
        parser.feed(data[:at])
        assert not parser.complete
        with pytest.raises(Closed):
            parser.eof()


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
def test_bytes_beyond_the_end_make_an_answer_the_last_of_its_connection(data: bytes) -> None:
    assert not parsed(data + b"?").keep_alive
    assert not parsed(data, b"?").keep_alive
    assert not parsed(data, closed=True).keep_alive
    assert b"{}" == parsed(data + PLAIN).body


def test_what_is_wanted_tells_how_much_to_receive() -> None:
    parser = AnswerParser()
    parser.feed(f"{OK}Content-Length: 1000\r\n\r\n".encode() + b"x" * 300)
    assert parser.wanted == 700


@pytest.mark.parametrize("data", [PLAIN, CHUNKED])
@pytest.mark.parametrize("lent", [1, 7, 64, 4096])
def test_an_answer_is_the_same_from_a_buffer_that_is_lent_again_and_again(
    data: bytes, lent: int
) -> None:
    buffer = bytearray(b"\r\n\r\n" * lent)[:lent]  # what is left over from another is not read
    for step in (1, 3, 1000):
        parser, rest = AnswerParser(buffer), data
        while rest:
            assert parser.answered is None
            with parser.space() as space:
                count = min(len(space), len(rest), step)
                space[:count] = rest[:count]
            parser.filled(count)
            rest = rest[count:]
        assert parser.answered == parsed(data)
    assert len(buffer) == lent


def test_a_server_that_says_how_much_it_will_send_does_not_have_it_all_set_aside() -> None:
    parser = AnswerParser(bytearray(100))
    head = f"{OK}Content-Length: {100 << 20}\r\n\r\n".encode()
    parser.feed(head)
    assert parser.wanted == 100 << 20
    with parser.space() as space:
        assert 0 < len(space) <= 4 << 20


def test_a_long_answer_is_put_together_of_pieces_longer_than_the_room_that_there_was() -> None:
    body = bytes(range(256)) * 50_000
    head = f"{OK}Content-Length: {len(body)}\r\n\r\n".encode()
    assert parsed(head, body[:10], body[10:]).body == body


def test_a_body_without_a_length_lasts_until_the_connection_is_closed() -> None:
    answered = parsed(f"{OK}\r\n{{".encode(), b"}", closed=True)
    assert (b"{}", False) == (answered.body, answered.keep_alive)


@pytest.mark.parametrize(
    ("head", "keep"),
    [
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n", False),
        ("HTTP/1.1 200 OK\r\nCONNECTION: Keep-Alive, Close\r\n", False),
        ("HTTP/1.1 200\r\n", True),
        ("HTTP/1.0 200 OK\r\n", False),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", True),
    ],
)
def test_a_connection_is_kept_as_the_answer_says(head: str, keep: bool) -> None:
    assert keep == parsed(f"{head}Content-Length: 0\r\n\r\n".encode()).keep_alive


def test_interim_answers_are_passed_over() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
    assert parsed(PLAIN) == parsed(interim + PLAIN)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_by_its_status_has_none(status: str) -> None:
    answered = parsed(f"HTTP/1.1 {status}\r\n\r\n".encode())
    assert (b"", True) == (answered.body, answered.keep_alive)


def test_a_header_given_twice_is_joined() -> None:
    answered = parsed(answer(more="Via: a\r\nvia:b \r\n"))
    assert answered.headers["via"] == "a, b"


@pytest.mark.parametrize(
    "data",
    [
        "GARBAGE\r\n\r\n",
        "<html>\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        OK + "no colon\r\n\r\n",
        OK + ": no name\r\n\r\n",
        OK + "a : space\r\n\r\n",
        OK + "a: folded\r\n b\r\n\r\n",
        OK + "Content-Length: -1\r\n\r\n",
        OK + "Content-Length: 1_0\r\n\r\n",
        OK + "Content-Length: ²\r\n\r\n",
        OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
        OK + f"Content-Length: {BODY_LIMIT + 1}\r\n\r\n",
        OK + "Content-Length: 99999999999999999999\r\n\r\n",
        OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\nfffffff1\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n" + "0" * (HEAD_LIMIT + 1),
        OK + "Transfer-Encoding: chunked\r\n\r\n0\r\na: " + "b" * HEAD_LIMIT,
        OK + "a: " + "b" * HEAD_LIMIT,
        "HTTP/1.1 100 Continue\r\n\r\n" * 3_000,
    ],
)
def test_odd_bytes_are_a_bad_answer(data: str) -> None:
    with pytest.raises(BadAnswer):
        AnswerParser().feed(data.encode("latin-1"))


HEADERS: tuple[str, ...] = ("Server: a", "X-A:b", "x-amzn-RequestId: r", "Empty:")


def drawn(chance: random.Random) -> bytes:
    body = chance.randbytes(chance.choice((0, 1, 17, 5_000)))
    headers = chance.sample(HEADERS, 2)
    if chance.random() < 0.5:
        headers.append(f"Content-Length: {len(body)}")
        return (OK + "\r\n".join(headers) + "\r\n\r\n").encode() + body
    headers.append("Transfer-Encoding: chunked")
    chunks: list[bytes] = []
    while body:
        size = chance.randint(1, len(body))
        chunks.append(f"{size:x};a=b\r\n".encode() + body[:size] + b"\r\n")
        body = body[size:]
    head = (OK + "\r\n".join(headers) + "\r\n\r\n").encode()
    return head + b"".join(chunks) + b"0\r\nTrailer: a\r\n\r\n"


class Pretended:
    """As much of a socket as the standard library's reader needs."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def test_generated_answers_read_as_the_standard_library_reads_them() -> None:
    chance = random.Random(11)
    for _ in range(300):
        data = drawn(chance)
        other = http.client.HTTPResponse(cast(Any, Pretended(data)))
        other.begin()
        cuts = sorted(chance.randrange(len(data)) for _ in range(3))
        ours = parsed(*(data[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)))
        assert (other.status, other.read()) == (ours.status, ours.body)
        assert {name.lower(): value for name, value in other.getheaders()} == ours.headers


def test_a_checksum_that_does_not_match_is_a_bad_answer() -> None:
    check(parsed(PLAIN))
    for status in ("200 OK", "400 Bad Request"):
        with pytest.raises(BadAnswer, match="checksum"):
            check(parsed(answer(b"{}", status, crc=1)))


def test_a_success_without_a_checksum_is_bad_unless_it_may_lack_one() -> None:
    portal = parsed(f"{OK}Content-Length: 6\r\n\r\n<html>".encode())
    with pytest.raises(BadAnswer, match="without the checksum"):
        check(portal)
    check(portal, required=False)
    check(portal._replace(status=404))


@pytest.mark.parametrize(
    ("url", "authority", "port", "path"),
    [
        ("https://dynamodb.example.com", "dynamodb.example.com", 443, "/"),
        ("https://DynamoDB.example.com:443/a", "dynamodb.example.com", 443, "/a"),
        ("http://user:word@localhost:8000/", "localhost:8000", 8000, "/"),
        ("http://[::1]:8000", "[::1]:8000", 8000, "/"),
        ("https://localhost:80", "localhost:80", 80, "/"),
    ],
)
def test_an_endpoint_is_called_as_botocore_calls_it(
    url: str, authority: str, port: int, path: str
) -> None:
    endpoint = endpoint_of(url)
    assert (authority, port, path) == (endpoint.authority, endpoint.port, endpoint.path)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: b", "a\nb", "a\rb", "😀"])
def test_a_header_that_would_become_two_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"line break|latin-1"):
        render("/", "localhost", {"X-Amz-Security-Token": value}, b"{}")
