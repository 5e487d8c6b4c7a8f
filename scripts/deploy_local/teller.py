"""Asks one request after another, says each, and stops at the first unexpected answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Carry", "Reply", "Say", "Teller", "Unexpected"]

MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Reply:
    """Status, headers by lower-case name, and the body as text."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)


Carry = Callable[[str, str, "str | None", Mapping[str, str], "bytes | None"], Reply]
"""Method, path with its query, who asks (None: nobody), headers, body."""

Say = Callable[[str], object]


class Unexpected(Exception):
    """An answer that the story does not have."""


@dataclass
class Teller:
    """``statuses`` counts the answers, ``asked`` every method and path that was asked."""

    carry: Carry
    subjects: Mapping[str, str]
    say: Say
    statuses: Counter[int] = field(default_factory=Counter[int])
    asked: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])

    def chapter(self, title: str) -> None:
        """Say what comes."""
        self.say(f"\n{title}")

    def ask(
        self,
        status: int,
        who: str | None,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        code: str | None = None,
        **headers: str,
    ) -> Reply:
        """Ask, and demand this status, and of a problem this code."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = None
        if body is not None:
            raw = json.dumps(body).encode()
            named.setdefault(
                "content-type", MERGE_PATCH if method == "PATCH" else "application/json"
            )
        reply = self.carry(method, path, who, named, raw)
        self.say(f"  {reply.status}  {who or 'nobody':8}  {method:6} {self._shown(path)}")
        self._check(reply, status, code, f"{method} {path}")
        self.statuses[reply.status] += 1
        self.asked.append((method, path.partition("?")[0], reply.status))
        return reply

    def check(self, what: str, expected: object, actual: object) -> None:
        """Demand that something is so."""
        if expected != actual:
            raise Unexpected(f"{what}: expected {expected!r}, got {actual!r}")

    def _check(self, reply: Reply, status: int, code: str | None, what: str) -> None:
        if reply.status != status:
            raise Unexpected(f"{what}: expected {status}, got {reply.status}: {reply.text[:400]}")
        kind = reply.headers.get("content-type", "")
        if status < 400:
            if status != 204 and not kind.startswith("application/json"):
                raise Unexpected(f"{what}: the content type is {kind!r}")
            return
        if not kind.startswith("application/problem+json"):
            raise Unexpected(f"{what}: {status} is no problem document but {kind!r}: {reply.text}")
        if (reply.json["status"], code or reply.json["code"]) != (status, reply.json["code"]):
            raise Unexpected(f"{what}: expected {status} {code}, got {reply.text[:400]}")

    def _shown(self, path: str) -> str:
        """The path with people's names in place of what their tokens call them."""
        for name, subject in self.subjects.items():
            path = path.replace(subject, name)
        return path if len(path) <= 90 else path[:87] + "..."
