"""The function that drains deletions, called by a schedule.

``TENANTS`` names the organisations, parted by commas; what is hidden in any other stays hidden,
and in the table. A run that is out of time leaves the rest to the next one.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from tabledesign.engine.clients import make_client
from tabledesign.engine.deadline import Deadline, LambdaContext
from tabledesign.todo.draining import Drained, Drainer
from tabledesign.todo.repository import TodoRepository

__all__ = ["drain", "handler"]

_COUNTS: Final = ("tasks", "members", "lists", "users", "left", "unassigned")

_log = logging.getLogger(__name__)


def handler(_event: object, context: LambdaContext) -> dict[str, Any]:
    """What was taken away, by tenant; nothing but figures."""
    tenants = [name.strip() for name in os.environ["TENANTS"].split(",") if name.strip()]
    base = TodoRepository(make_client(), tenant="nobody", table_name=os.environ["TABLE_NAME"])
    return drain(base.within(Deadline.from_lambda(context)), tenants)


def drain(base: TodoRepository, tenants: Iterable[str], **options: Any) -> dict[str, Any]:
    """Drain each tenant in turn; ``options`` are those of `Drainer`."""
    told: dict[str, Any] = {}
    for tenant in tenants:
        report = Drainer(base.scoped(tenant), **options).run()
        told[tenant] = _figures(report)
        if report.stopped is not None:
            break
    _log.warning("drained %s", json.dumps(told))
    return told


def _figures(report: Drained) -> dict[str, Any]:
    counts = asdict(report)
    figures = {name: counts[name] for name in _COUNTS}
    return {**figures, "waiting": len(report.waiting), "stopped": report.stopped}
