"""One request as an attacker writes it, down to what no client would send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import unquote

from .callers import Caller

__all__ = ["Attack"]

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Attack:
    """A request on the wire: path and query as they are written, headers as often as wanted.

    ``ways`` names what is wrong with it, ``decoded`` whether the gateway has decoded the path.
    """

    method: str
    path: str
    caller: Caller
    query: str = ""
    headers: Pairs = ()
    body: bytes | None = None
    ways: frozenset[str] = frozenset()
    decoded: bool = True
    chunk: int = 65_536
    route: str = ""

    @property
    def seen_path(self) -> str:
        """The path as the function is told it."""
        return unquote(self.path) if self.decoded else self.path

    @property
    def text(self) -> str:
        """Everything that it says but who asks, to look in for what an answer repeats."""
        body = (self.body or b"").decode("utf-8", "replace")
        headers = " ".join(value for _, value in self.headers)
        return (
            f"{self.path} {unquote(self.path)} {self.query} {unquote(self.query)} {headers} {body}"
        )

    def put(self, old: str, new: str) -> Self:
        """The same with one text for another, wherever it stands."""
        body = None if self.body is None else self.body.replace(old.encode(), new.encode())
        return replace(
            self,
            path=self.path.replace(old, new),
            query=self.query.replace(old, new),
            headers=tuple((name, value.replace(old, new)) for name, value in self.headers),
            body=body,
        )

    def __str__(self) -> str:
        headers = "".join(f"\n    {name}: {value!r:.200}" for name, value in self.headers)
        body = "" if self.body is None else f"\n    {self.body!r:.300}"
        query = f"?{self.query:.200}" if self.query else ""
        return f"{self.method} {self.path:.200}{query} by {self.caller.name}{headers}{body}"
