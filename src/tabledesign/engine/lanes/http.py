"""HTTP/1.1 as far as DynamoDB speaks it, without a socket: bytes of a request, answers from bytes.

Stricter than a browser: whatever is odd about an answer makes it a `BadAnswer`, for it decides
whether a write is taken to have happened.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from tabledesign.engine.lanes.lost import BadAnswer, Closed

__all__ = ["AnswerParser", "Answered", "Endpoint", "check", "endpoint_of", "render"]

HEAD_LIMIT: Final = 64 << 10
# 16 MB, the most a batch may bring, grow sixfold where each byte becomes an escape such as \u0001.
BODY_LIMIT: Final = 128 << 20
GROWTH: Final = 4 << 20

# Servers give the same headers again and again.
NAMES: Final = 256

_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-9]\d\d)(?: .*)?")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAMES: dict[str, str] = {}


class Endpoint(NamedTuple):
    """Where requests go: what to connect to, and what to say there."""

    secure: bool
    host: str
    port: int
    authority: str
    path: str


class Answered(NamedTuple):
    """A complete answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    keep_alive: bool


def endpoint_of(url: str) -> Endpoint:
    """The parts of an endpoint's URL, the authority as botocore signs it.

    >>> endpoint_of("http://127.0.0.1:8000")
    Endpoint(secure=False, host='127.0.0.1', port=8000, authority='127.0.0.1:8000', path='/')
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    usual = 443 if secure else 80
    port = parts.port or usual
    authority = f"[{host}]" if ":" in host else host
    if port != usual:
        authority += f":{port}"
    return Endpoint(secure, host, port, authority, parts.path or "/")


def render(path: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    r"""The bytes of a POST; ``headers`` hold neither Host nor Content-Length.

    Raises `ValueError` where a header holds a line break or what Latin-1 lacks.

    >>> render("/", "localhost:8000", {"A": "b"}, b"{}")
    b'POST / HTTP/1.1\r\nHost: localhost:8000\r\nContent-Length: 2\r\nA: b\r\n\r\n{}'
    """
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines)
    if not head.count("\r") == head.count("\n") == len(lines) - 1:
        raise ValueError("a header of the request holds a line break; remove it")
    return head.encode("latin-1") + b"\r\n\r\n" + body


def check(answered: Answered, *, required: bool = True) -> None:
    """Raise `BadAnswer` unless the body is what its checksum, ``x-amz-crc32``, says.

    A 200 without one is bad too, as a captive portal answers so, unless ``required`` is false:
    local engines may have none.
    """
    expected = answered.headers.get("x-amz-crc32")
    if expected is None:
        if required and answered.status == 200:
            raise BadAnswer("a 200 without the checksum of DynamoDB")
    elif expected != str(zlib.crc32(answered.body)):
        raise BadAnswer("the body does not match its checksum")


class AnswerParser:
    r"""Takes the bytes of one answer as they come; raises `BadAnswer` as soon as they are odd.

    >>> parser = AnswerParser()
    >>> parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
    >>> parser.complete, parser.wanted
    (False, 1)
    >>> parser.feed(b"}")
    >>> parser.answered.status, parser.answered.body
    (200, b'{}')
    """

    __slots__ = ("_buffer", "_chunks", "_end", "_head", "_start", "answered", "wanted")

    def __init__(self, buffer: bytearray | None = None) -> None:
        self.answered: Answered | None = None
        self.wanted = 0
        """How many more bytes the answer has at least, as far as that is known."""
        self._buffer: bytes | bytearray = b"" if buffer is None else buffer
        self._start = 0  # of what is not yet looked at: body or next chunk
        self._end = 0  # of what has come
        self._head: _Head | None = None
        self._chunks: bytearray | None = None

    @property
    def complete(self) -> bool:
        """Whether the answer has ended."""
        return self.answered is not None

    def feed(self, data: bytes) -> None:
        """Take what was received; bytes beyond the answer's end make it the connection's last."""
        if self._end:
            self._room(len(data))[: len(data)] = data
        else:
            self._buffer = data
        self.filled(len(data))

    def space(self) -> memoryview:
        """Where the next bytes may be put, to be told of by `filled`.

        It is in the ``buffer`` that was lent, as long as the answer fits into that.
        """
        # Not at once what a server says is to come, for it may say anything.
        return self._room(min(max(self.wanted, 1), GROWTH))

    def filled(self, count: int) -> None:
        """Take so many bytes that were put into the `space`; otherwise as `feed`."""
        self._end += count
        if self.answered is not None:
            self.answered = self.answered._replace(keep_alive=False)
            return
        if self._head is None:
            self._read_head()
        if self._head is not None:
            self._read_body(self._head)

    def eof(self) -> None:
        """Take note that the other side has closed; raises `Closed` if an answer was under way."""
        head = self._head
        if self.answered is not None:
            self.answered = self.answered._replace(keep_alive=False)
        elif head is not None and head.length is None and self._chunks is None:
            self._finish(head, self._taken(self._end), keep_alive=False)
        else:
            raise Closed(f"the connection was closed after {self._end} bytes")

    def _room(self, least: int) -> memoryview:
        buffer, end = self._buffer, self._end
        if len(buffer) - end < least or isinstance(buffer, bytes):
            grown = bytearray(end + max(least, end))
            grown[:end] = memoryview(buffer)[:end]
            self._buffer = buffer = grown
        return memoryview(buffer)[end:]

    def _taken(self, end: int) -> bytes:
        return bytes(memoryview(self._buffer)[self._start : end])

    def _read_head(self) -> None:
        while True:
            end = self._buffer.find(b"\r\n\r\n", self._start, self._end)
            if (self._end if end < 0 else end) > HEAD_LIMIT:
                raise BadAnswer(f"its headers are longer than {HEAD_LIMIT} bytes")
            if end < 0:
                return
            head = _head_of(self._buffer[self._start : end].decode("latin-1"))
            self._start = end + 4
            if head.status >= 200:
                break
            if head.status == 101:
                raise BadAnswer("it changes to another protocol, which nobody asked for")
        self._head = head
        if head.chunked:
            self._chunks = bytearray()

    def _read_body(self, head: _Head) -> None:
        received = self._end - self._start
        if self._chunks is not None:
            self._read_chunks(head, self._chunks)
        elif head.length is None:
            if received > BODY_LIMIT:
                raise BadAnswer(f"its body is longer than {BODY_LIMIT} bytes")
        elif received < head.length:
            self.wanted = head.length - received
        else:
            body = self._taken(self._start + head.length)
            self._finish(head, body, keep_alive=head.keep_alive and received == head.length)

    def _read_chunks(self, head: _Head, body: bytearray) -> None:
        buffer = self._buffer
        while (end := buffer.find(b"\r\n", self._start, self._end)) >= 0:
            size = _chunk_size(buffer[self._start : end])
            if size == 0:
                self._read_trailer(head, body, end)
                return
            if len(body) + size > BODY_LIMIT:
                raise BadAnswer(f"its body is longer than {BODY_LIMIT} bytes")
            first, last = end + 2, end + 2 + size
            self.wanted = max(last + 2 - self._end, 0)
            if self.wanted:
                return
            if not buffer.startswith(b"\r\n", last):
                raise BadAnswer("a chunk is longer than it says")
            body += buffer[first:last]
            self._start = last + 2
        if self._end - self._start > HEAD_LIMIT:
            raise BadAnswer("the size of a chunk has no end")

    def _read_trailer(self, head: _Head, body: bytearray, line: int) -> None:
        """What stands after the last chunk: headers, which nobody needs, and an empty line."""
        end = self._buffer.find(b"\r\n\r\n", line, self._end)
        if (self._end if end < 0 else end) - line > HEAD_LIMIT:
            raise BadAnswer(f"its trailer is longer than {HEAD_LIMIT} bytes")
        if end >= 0:
            more = self._end > end + 4
            self._finish(head, bytes(body), keep_alive=head.keep_alive and not more)

    def _finish(self, head: _Head, body: bytes, *, keep_alive: bool) -> None:
        self.wanted = 0
        self.answered = Answered(head.status, head.headers, body, keep_alive)


class _Head(NamedTuple):
    status: int
    headers: Mapping[str, str]
    length: int | None
    chunked: bool
    keep_alive: bool


def _head_of(text: str) -> _Head:
    first, *lines = text.split("\r\n")
    found = _STATUS_LINE.fullmatch(first)
    if found is None:
        raise BadAnswer("it does not begin as HTTP/1.1 does")
    headers: dict[str, str] = {}
    for line in lines:
        given, colon, value = line.partition(":")
        name = _NAMES.get(given) or _name_of(given)
        if not colon or name is None:
            raise BadAnswer("a line among its headers is none")
        value = value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if headers.get("content-encoding", "identity") != "identity":
        raise BadAnswer("its body is compressed, which nobody asked for")
    status = int(found[2])
    chunked = _is_chunked(headers)
    length = None if chunked else _length_of(headers)
    if status < 200 or status in {204, 304}:
        length, chunked = 0, False
    said = headers.get("connection", "").lower()
    keep = "close" not in said if found[1] == "1" else "keep-alive" in said
    return _Head(status, headers, length, chunked, keep)


def _name_of(given: str) -> str | None:
    """The name of a header in lower case, remembered; None for what is no name."""
    if not _NAME.fullmatch(given):
        return None
    name = given.lower()
    if len(_NAMES) < NAMES:
        _NAMES[given] = name
    return name


def _is_chunked(headers: Mapping[str, str]) -> bool:
    coding = headers.get("transfer-encoding")
    if coding is None:
        return False
    if coding.lower() != "chunked" or "content-length" in headers:
        raise BadAnswer("it says in two ways how long it is, or in one that is not known")
    return True


def _length_of(headers: Mapping[str, str]) -> int | None:
    length = headers.get("content-length")
    if length is None:
        return None
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        raise BadAnswer("its length is no number")
    if int(length) > BODY_LIMIT:
        raise BadAnswer(f"its body is longer than {BODY_LIMIT} bytes")
    return int(length)


def _chunk_size(line: bytes | bytearray) -> int:
    found = _CHUNK_SIZE.fullmatch(line)
    if found is None:
        raise BadAnswer("the size of a chunk is no number")
    return int(found[1], 16)
