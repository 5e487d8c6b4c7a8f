"""One request as one line of JSON, which CloudWatch takes for a log line and for metrics.

The embedded metric format: the member ``_aws`` names other members that are metrics, and those
that are their dimensions. Nothing has to be sent to a metrics service for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from tabledesign.observing.seen import Seen, Spent

__all__ = ["line_of"]

# A metric directive has at most a hundred; no request asks half as many patterns.
_METRICS = 90

_TOTALS = [
    {"Name": "latency", "Unit": "Milliseconds"},
    {"Name": "faults", "Unit": "Count"},
    {"Name": "capacity", "Unit": "Count"},
    {"Name": "throttles", "Unit": "Count"},
    {"Name": "conflicts", "Unit": "Count"},
]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(
    seen: Seen, *, service: str, namespace: str | None, at: datetime, milliseconds: float
) -> str:
    """The line, without its end; without a namespace there are no metrics in it."""
    spent = seen.patterns.values()
    told: dict[str, Any] = {
        "level": "ERROR" if seen.status >= 500 else "INFO",
        "time": at.isoformat(timespec="milliseconds"),
        "service": service,
        "request_id": seen.request_id,
        "route": seen.about,
        "status": seen.status,
        "latency": round(milliseconds, 3),
        "faults": int(seen.status >= 500),
        "capacity": sum(each.capacity for each in spent),
        "throttles": sum(each.throttles for each in spent),
        "conflicts": sum(each.conflicts for each in spent),
        **seen.figures,
        **_where_any(seen),
        "patterns": {name: _figures(each) for name, each in seen.patterns.items()},
        **seen.more,
    }
    if namespace is None:
        return _encode(told)
    metrics = _of_patterns(seen.patterns)
    told.update(metrics)
    stamp = int(at.timestamp() * 1000)
    directives = _directives(namespace, tuple(seen.figures), tuple(metrics))
    return f'{_encode(told)[:-1]},"_aws":{{"Timestamp":{stamp},"CloudWatchMetrics":{directives}}}}}'


def _where_any(seen: Seen) -> dict[str, Any]:
    """What a usual request does not have."""
    rare = {
        "method": seen.method or None,
        "problem": seen.problem,
        "error": seen.error,
        "tenant": seen.tenant,
        "unreadable": seen.unreadable or None,
    }
    return {name: value for name, value in rare.items() if value is not None}


def _figures(spent: Spent) -> dict[str, float]:
    figures = {
        "requests": spent.requests,
        "capacity": spent.capacity,
        "rows": spent.rows,
        "throttles": spent.throttles,
        "conflicts": spent.conflicts,
    }
    return {name: value for name, value in figures.items() if value}


def _of_patterns(patterns: Mapping[str, Spent]) -> dict[str, float]:
    """A metric for each figure of each pattern: its name is the pattern's and the figure's.

    A dimension has one value in a line, and a request may ask several patterns.
    """
    metrics: dict[str, float] = {}
    for name, spent in patterns.items():
        metrics[f"{name}.capacity"] = spent.capacity
        if spent.throttles:
            metrics[f"{name}.throttles"] = spent.throttles
        if spent.conflicts:
            metrics[f"{name}.conflicts"] = spent.conflicts
    return dict(list(metrics.items())[:_METRICS])


@lru_cache(maxsize=256)
def _directives(namespace: str, figures: tuple[str, ...], metrics: tuple[str, ...]) -> str:
    """What is a metric, as JSON: names alone, of which a service has few sets."""
    of_service = [["service"]]
    told = [(_TOTALS + _counts(figures), [*of_service, ["service", "route"]])]
    if metrics:
        told.append((_counts(metrics), of_service))
    return _encode(
        [
            {"Namespace": namespace, "Dimensions": dimensions, "Metrics": named}
            for named, dimensions in told
        ]
    )


def _counts(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"Name": name, "Unit": "Count"} for name in names]
