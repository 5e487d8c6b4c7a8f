"""What an attacker does to a request, one way at a time."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import quote

from tabledesign.api.bodies import BODY_BYTES
from tabledesign.testing.source import Source, chance, choice, some

from .attack import Attack
from .callers import FORGERS, ODD
from .honest import FIELDS
from .planted import FOREIGN, MINE, SECRET, VICTIM

__all__ = ["IN_BODIES", "WAYS", "Cursors", "Way"]

Cursors = tuple[str, str]
"""One of the caller's own, and one of another tenant's."""

Way = Callable[[Source, Attack, Cursors], Attack]

TEXTS: Final = (
    "", " ", "null", "0", "-1", "NaN", "*", "..", ".", "%", "%00", "\x00", "\x7f", "\u2028", "🏴",
    "\ufffe", "é", "e\u0301", "\u202e", "' OR 1=1 --", "${jndi:ldap://x}", "<script>", "{{7*7}}",
    "acme#user#ann#", "USER#1", "#", "begins_with(pk, :x)", "$ne", "__proto__", "2026-02-30",
    "2026-13-01", "0000-00-00", "99999-01-01", "-0001-01-01", "2026-01-05T00:00:00", "9" * 400,
    "1e400", "x" * 3_000, "🏴" * 600, "a,b", "a;b", 'a"b', "\r\nX-Injected: 1", "open,done", VICTIM,
    *FOREIGN["task_id"], *FOREIGN["list_id"],
)  # fmt: skip

EXTRA: Final = (
    "task_id", "user_id", "owner_id", "tenant", "tenant_id", "completed_at", "completed_by",
    "created_at", "pk", "sk", "gsi1pk", "entity", "__proto__", "constructor", "version", "role",
    "kind", "source", "a/b", "a~b", "", "🏴", "\x00", "ttl", "mfa", "sub", "cognito:groups",
    "deleted_at", "grantor", "granted_by", "status", "members",
)  # fmt: skip

NUMBERS: Final = (b"9" * 5_000, b"-0", b"1e999", b"-1e999", b"0." + b"1" * 400, b"1E+400", b"01")
CONSTANTS: Final = (b"NaN", b"Infinity", b"-Infinity")
ENCODINGS: Final = (
    b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"title":"\xff"}', b'{"title":"\xc0\xaf"}',
    b'{"title":"\xed\xa0\x80"}', b"\x1f\x8b\x08\x00", '{"title":"é"}'.encode("latin-1"), b"\x00",
    '{"title":"t","list_id":"home"}'.encode("utf-16"), b'{"title":"\xf4\x90\x80\x80"}',
)  # fmt: skip
ESCAPES: Final = (
    b'"\\ud800"',
    b'"\\udfff\\ud800"',
    b'"\\u0000"',
    b'"\\ud83c\\udff4"',
    b'"\\uffff"',
)
SHAPES: Final = (b"", b"[]", b"null", b'"x"', b"7", b"{", b"{}", b"{}{}", b"{'a':1}", b'{"a":1,}')
BIDDEN: Final = (
    "X-Tenant", "X-Tenant-Id", "X-User", "X-User-Id", "X-Amzn-Oidc-Identity", "X-Forwarded-User",
    "X-Forwarded-For", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Host", "Host",
    "X-Amzn-RequestContext", "X-Amz-Security-Token", "X-Amzn-Oidc-Data", "X-Cognito-Groups",
    "X-Request-Id", "X-Amzn-Trace-Id", "Forwarded", "Purpose", "From", "Origin", "Referer",
)  # fmt: skip
SMUGGLED: Final = (
    ("Transfer-Encoding", "chunked"), ("Content-Length", "0"), ("Content-Length", "9" * 30),
    ("Content-Encoding", "gzip"), ("Expect", "100-continue"),
    ("Connection", "close, Authorization"),
    ("Upgrade", "h2c"), ("TE", "trailers"), ("Range", "bytes=0-1"), ("X-Http-Method", "DELETE"),
    ("X-HTTP-Method-Override", "DELETE"), ("X-Method-Override", "PUT"), ("If-None-Match", "*"),
    ("Accept-Encoding", "gzip, br"), ("Transfer-Encoding", "\x0bchunked"), ("x" * 300, "y" * 8_000),
)  # fmt: skip
TYPES: Final = (
    "", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json,",
    "application/json; charset=utf-7", "application/json; charset=utf-16", "*/*", "application",
    "application/x-www-form-urlencoded", "application/json; charset=", "APPLICATION/JSON",
    'application/json; charset="utf-8"', "application/json\x00", "application/merge-patch+json",
    "application/json-patch+json", "application/json; a=b; a=c", "é/🏴", "application/json/x",
)  # fmt: skip
ACCEPTED: Final = (
    "text/html", "", "application/json;q=0", "*/*;q=0.0", "a/b;q=x", ";;;", ",", "*", "🏴",
    "application/json;q=9" + "9" * 400, "," * 5_000,
)  # fmt: skip
MATCHES: Final = (
    "", "*", '"1"', 'W/"1"', '"x', "x", '"a", "b"', "*, *", ",", '""', "é", '"\x00"', '"' * 9_000,
    "0", "null", "🏴",
)  # fmt: skip
KEYS: Final = ("", " ", "x" * 255, "x" * 256, "a\tb", "ü", "🏴", "a, b", "\x00", SECRET, "#", "%00")
METHODS: Final = (
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
    "get", "G\u00c9T", "",
)  # fmt: skip
PATHS: Final = (
    "/", "", "//", "/v1", "/v1/", "/V1/tasks", "/v2/tasks", "/v1/tasks/", "/v1//tasks",
    "/v1/tasks;a",
    "/v1/tasks/../tasks/a1", "/v1/tasks/a1/", "/v1/tasks/a1/completion/x", "/v1/tasks/a1%0a",
    "/v1/tasks/%2e%2e%2fa1", "/v1/tasks/a1%00", "/v1/tasks/%ff", "/v1/tasks/%f0%9f%8f%b4",
    "/v1/tasks/a1%2fcompletion", "/v1/tasks/{task_id}", "/v1/tasks/%", "/v1/tasks/a1%3fx=1",
    "/v1/tasks/" + "x" * 3_000, "/v1/tasks/*", "/v1/tasks/a1 ", "/v1/lists/home%23List%23",
    "/v1/users/me%2f..", "/problems/internal", "/openapi.json", "/.env", "/v1/tasks/<task_id>",
)  # fmt: skip


def _spread(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _content(attack: Attack) -> dict[str, Any]:
    """The body's members as they are so far, or a task's."""
    try:
        found = json.loads(attack.body or b"")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return {"title": "t", "list_id": "home"}
    return cast("dict[str, Any]", found)


def _with_header(attack: Attack, name: str, value: str) -> Attack:
    """The header with that value, instead of what it was."""
    rest = [pair for pair in attack.headers if pair[0].lower() != name.lower()]
    return replace(attack, headers=(*rest, (name, value)))


def _foreign(source: Source, kind: str) -> str:
    return choice(source, FOREIGN[kind])


def foreign_id(source: Source, attack: Attack, _: Cursors) -> Attack:
    """What is another's, in the place of what is one's own."""
    kind = choice(source, ("task_id", "task_id", "list_id", "user_id"))
    own, other = choice(source, MINE[kind]), _foreign(source, kind)
    parts = attack.path.split("/")
    if len(parts) > 3 and chance(source, 80):
        return replace(attack, path="/".join([*parts[:3], other, *parts[4:]]))
    if attack.query and chance(source, 50):
        return replace(attack, query=f"{attack.query}&{kind}={other}")
    return attack.put(own, other)


def foreign_in_body(source: Source, attack: Attack, _: Cursors) -> Attack:
    name = choice(source, ("list_id", "assignee", "user_id", "owner_id", "task_id"))
    kind = "user_id" if name in ("assignee", "owner_id") else name
    return replace(attack, body=_spread({**_content(attack), name: _foreign(source, kind)}))


def forged(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, caller=choice(source, FORGERS))


def odd_caller(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, caller=choice(source, ODD))


def claimed(source: Source, attack: Attack, _: Cursors) -> Attack:
    """Headers that say who asks, or from where, to whom nobody should listen."""
    values = (VICTIM, "ada", "admin", "mallory", "for=127.0.0.1", "/v1/tasks/a1", *TEXTS[:4])
    named = some(source, BIDDEN, percent=25) or [BIDDEN[0]]
    extra = tuple((name, choice(source, values)) for name in named)
    return replace(attack, headers=(*attack.headers, *extra))


def oversized(source: Source, attack: Attack, _: Cursors) -> Attack:
    size = choice(source, (BODY_BYTES - 60, BODY_BYTES, BODY_BYTES + 1, 2 * BODY_BYTES))
    body = _spread({**_content(attack), "notes": ""})
    at = body.rindex(b'""') + 1
    return replace(attack, body=body[:at] + b"x" * size + body[at:], chunk=65_536)


def deep(source: Source, attack: Attack, _: Cursors) -> Attack:
    depth = choice(source, (31, 32, 33, 1_000, 100_000))
    start, end = choice(source, ((b"[", b"]"), (b'{"a":', b"}")))
    inner = start * depth + b"1" + end * choice(source, (0, depth))
    whole = (
        inner if chance(source, 40) else b'{"title":"t","list_id":"home","notes":' + inner + b"}"
    )
    return replace(attack, body=whole, chunk=65_536)


def names_twice(source: Source, attack: Attack, _: Cursors) -> Attack:
    text = choice(source, tuple(filter(None, _content(attack))) or ("title",))
    name = text.encode("utf-8", "surrogatepass")
    body = _spread(_content(attack))
    twin = choice(source, (b'"%s":"x",' % name, b'"\\u%04x%s":1,' % (name[0], name[1:])))
    return replace(attack, body=b"{" + twin + body[1:])


def bad_encoding(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, body=choice(source, ENCODINGS))


def escapes(source: Source, attack: Attack, _: Cursors) -> Attack:
    """Halves of characters, and characters of four bytes, in any member or name."""
    name = choice(source, tuple(FIELDS)).encode()
    member = b'"%s":%s' % (name, choice(source, ESCAPES))
    if chance(source, 30):
        member = b"%s:1" % choice(source, ESCAPES)
    return replace(attack, body=_spread(_content(attack))[:-1] + b"," + member + b"}")


def number(source: Source, attack: Attack, _: Cursors) -> Attack:
    name = choice(source, tuple(FIELDS)).encode()
    member = b',"%s":%s}' % (name, choice(source, NUMBERS))
    return replace(attack, body=_spread(_content(attack))[:-1] + member)


def no_number(source: Source, attack: Attack, _: Cursors) -> Attack:
    name = choice(source, tuple(FIELDS)).encode()
    member = b',"%s":%s}' % (name, choice(source, CONSTANTS))
    return replace(attack, body=_spread(_content(attack))[:-1] + member)


def other_shape(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, body=choice(source, SHAPES))


def _value(source: Source, depth: int = 0) -> Any:
    plain = (None, True, source.integer(-9, 10**12), 0.5, choice(source, TEXTS))
    kind = source.integer(0, 7 if depth < 3 else 4)
    if kind < len(plain):
        return plain[kind]
    if kind == 5:
        return [_value(source, depth + 1) for _ in range(source.integer(0, 3))]
    return {choice(source, EXTRA): _value(source, depth + 1) for _ in range(source.integer(0, 3))}


def odd_members(source: Source, attack: Attack, _: Cursors) -> Attack:
    """Fields of the right names with whatever in them."""
    members = _content(attack)
    for name in some(source, tuple(members), percent=40) or ["title"]:
        members[name] = _value(source)
    return replace(attack, body=_spread(members))


def mass_assignment(source: Source, attack: Attack, _: Cursors) -> Attack:
    """Fields that are the server's to fill."""
    extra = {name: _value(source) for name in some(source, EXTRA, percent=10)}
    return replace(attack, body=_spread({**_content(attack), **extra, "user_id": VICTIM}))


def odd_cursor(source: Source, attack: Attack, cursors: Cursors) -> Attack:
    own, foreign = cursors
    raw = bytearray(urlsafe_b64decode(own + "=" * (-len(own) % 4)))
    at = source.integer(0, len(raw) - 1)
    raw[at] ^= 1 << source.integer(0, 7)
    flipped = urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    made = choice(
        source, (flipped, flipped, foreign, foreign, own[:-1], own * 2, own + "=", *TEXTS[:12])
    )
    query = f"{attack.query}&" if attack.query and "cursor=" not in attack.query else ""
    return replace(attack, query=f"{query}cursor={quote(made)}")


def odd_query(source: Source, attack: Attack, _: Cursors) -> Attack:
    name = choice(source, ("limit", "cursor", "due_from", "due_to", "status", "assignee", *EXTRA))
    value = choice(source, TEXTS)
    raw = choice(
        source,
        (f"{quote(name)}={quote(value, errors='replace')}", f"{name}={value}", f"{name}", "&&=&",
         "%ff=%ff", "a=%", "limit=1&limit=2", "limit=%EF%BC%91", "limit=1_0", "x" * 5_000),
    )  # fmt: skip
    return replace(attack, query=f"{attack.query}&{raw}" if attack.query else raw)


def header_twice(source: Source, attack: Attack, _: Cursors) -> Attack:
    names = (
        "If-Match",
        "Content-Type",
        "Idempotency-Key",
        "Accept",
        "Cookie",
        "Host",
        "Authorization",
    )
    name = choice(source, names)
    held = [value for given, value in attack.headers if given.lower() == name.lower()]
    value = (
        held[0] if held and chance(source, 50) else choice(source, ("*", "a", "application/json"))
    )
    return replace(attack, headers=(*attack.headers, (name.swapcase(), value), (name, value)))


def smuggled(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, headers=(*attack.headers, *some(source, SMUGGLED, percent=20)))


def injected(source: Source, attack: Attack, _: Cursors) -> Attack:
    """What is told again in headers, with the end of a line in it."""
    name = choice(
        source, ("X-Request-Id", "If-Match", "Idempotency-Key", "Accept", "X-Amzn-Trace-Id")
    )
    return _with_header(attack, name, choice(source, ("a\r\nX-Injected: 1", "\n", "\x00", "é🏴")))


def other_method(source: Source, attack: Attack, _: Cursors) -> Attack:
    return replace(attack, method=choice(source, METHODS))


def odd_path(source: Source, attack: Attack, _: Cursors) -> Attack:
    if chance(source, 50):
        return replace(attack, path=choice(source, PATHS))
    parts = attack.path.split("/")
    at = source.integer(2, len(parts) - 1) if len(parts) > 2 else 0
    parts[at] = quote(choice(source, TEXTS), safe="", errors="replace")
    return replace(attack, path="/".join(parts))


def media_type(source: Source, attack: Attack, _: Cursors) -> Attack:
    if chance(source, 20):
        kept = tuple(pair for pair in attack.headers if pair[0] != "Content-Type")
        return replace(attack, headers=kept)
    return _with_header(attack, "Content-Type", choice(source, TYPES))


def accept(source: Source, attack: Attack, _: Cursors) -> Attack:
    return _with_header(attack, "Accept", choice(source, ACCEPTED))


def if_match(source: Source, attack: Attack, _: Cursors) -> Attack:
    return _with_header(attack, "If-Match", choice(source, MATCHES))


def idempotency_key(source: Source, attack: Attack, _: Cursors) -> Attack:
    return _with_header(attack, "Idempotency-Key", choice(source, KEYS))


WAYS: Final[Mapping[str, tuple[Way, int]]] = {
    "foreign id": (foreign_id, 6),
    "foreign id in the body": (foreign_in_body, 3),
    "forged token or claims": (forged, 5),
    "odd claims": (odd_caller, 3),
    "headers that claim": (claimed, 3),
    "oversized body": (oversized, 1),
    "deep body": (deep, 2),
    "names twice": (names_twice, 2),
    "bad encoding": (bad_encoding, 2),
    "odd characters": (escapes, 2),
    "huge number": (number, 2),
    "no number": (no_number, 2),
    "another JSON": (other_shape, 2),
    "odd fields": (odd_members, 4),
    "fields of the server": (mass_assignment, 3),
    "odd cursor": (odd_cursor, 4),
    "odd query": (odd_query, 4),
    "a header twice": (header_twice, 3),
    "smuggling headers": (smuggled, 2),
    "a header of two lines": (injected, 2),
    "wrong method": (other_method, 2),
    "odd path": (odd_path, 4),
    "wrong media type": (media_type, 2),
    "wrong Accept": (accept, 2),
    "wrong If-Match": (if_match, 2),
    "wrong Idempotency-Key": (idempotency_key, 2),
}
"""Every way, and how often it is taken."""


IN_BODIES: Final = frozenset(
    {
        "foreign id in the body", "oversized body", "deep body", "names twice", "bad encoding",
        "odd characters", "huge number", "no number", "another JSON", "odd fields",
        "fields of the server", "wrong media type",
    }
)  # fmt: skip
"""Those that are done to a body."""


def spoiled(source: Source, attack: Attack, cursors: Cursors, names: Sequence[str]) -> Attack:
    """The request after all of these ways, one after the other."""
    for name in names:
        attack = WAYS[name][0](source, attack, cursors)
    return replace(attack, ways=frozenset(names))
