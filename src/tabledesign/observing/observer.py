"""Who watches requests: one line for each, and a segment of a trace where that is wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

from tabledesign import clock as real
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.protocol import Clock
from tabledesign.errors import InputError
from tabledesign.observing.line import line_of
from tabledesign.observing.seen import Seen, carried, fault_of

__all__ = ["Observer", "Tracer", "stdout", "xray"]


class Tracer(Protocol):
    """What is used of an X-Ray recorder."""

    def in_subsegment(self, name: str) -> AbstractContextManager[Any]:
        """A subsegment, or None where the request is not sampled."""
        ...


def stdout(line: str) -> None:
    """Write a line where Lambda takes lines from, in one piece."""
    sys.stdout.write(line + "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Writes one line about each request: ``Observer(service="todo")``.

    ``namespace`` is that of the metrics, None for none. ``tenant`` says what is written of the
    caller's tenant, nothing by default: ``str`` writes its name, a keyed digest a stand-in. The
    ``tracer`` is an X-Ray recorder, see `xray`; a subsegment then carries the route and the
    access patterns. Bodies, headers, tokens, cursors, keys, queries and who asks are never
    written, whatever happens.
    """

    service: str = "tabledesign"
    namespace: str | None = "tabledesign"
    write: Callable[[str], object] = stdout
    tenant: Callable[[str], str] | None = None
    tracer: Tracer | None = None
    clock: Clock = field(default=real)

    @contextmanager
    def watching(self, request_id: str) -> Generator[Seen]:
        """What is seen of one request; its line is written at the end, also where it raises."""
        seen = Seen(request_id=request_id)
        before = carried.set(seen)
        started = self.clock.now()
        failure: Exception | None = None
        try:
            # A recorder keeps the message of what is raised through its segment: none may be.
            with self._segment() as segment:
                try:
                    yield seen
                except Exception as error:  # noqa: BLE001 - raised again below
                    seen.status, seen.error, failure = 500, fault_of(error), error
                _annotate(segment, seen)
            if failure is not None:
                raise failure
        finally:
            carried.reset(before)
            self._write(seen, started)

    def _write(self, seen: Seen, started: datetime) -> None:
        now = self.clock.now()
        line = line_of(
            seen,
            service=self.service,
            namespace=self.namespace,
            at=now,
            milliseconds=max(0.0, (now - started).total_seconds() * 1000),
        )
        self.write(line)

    def saw_tenant(self, tenant: str) -> str | None:
        """What is written of a tenant."""
        return None if self.tenant is None else self.tenant(tenant)

    def _segment(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.tracer is None else self.tracer.in_subsegment(self.service)


def xray() -> Tracer:
    """The recorder of the X-Ray SDK, which is not imported before; raises `InputError`.

    Lambda's own segment takes no annotations; this one's subsegments do.
    """
    try:
        core = import_module("aws_xray_sdk.core")
    except ImportError as error:
        raise InputError(
            "the X-Ray SDK is not installed; add aws-xray-sdk to the function, or leave the "
            "tracer out",
            code="observing.not_installed",
        ) from error
    recorder: Tracer = vars(core)["xray_recorder"]
    return recorder


def _annotate(segment: Any, seen: Seen) -> None:
    if segment is None:
        return
    segment.put_annotation("route", seen.about)
    segment.put_annotation("status", seen.status)
    if seen.patterns:
        segment.put_annotation("patterns", " ".join(sorted(seen.patterns)))
    if seen.problem is not None:
        segment.put_annotation("problem", seen.problem)
