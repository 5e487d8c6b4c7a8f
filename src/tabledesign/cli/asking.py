"""One pattern asked, and its answer printed as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeGuard, cast

from pydantic import BaseModel

from tabledesign.cli.output import note, print_grid, print_json
from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.patterns.explain import explanation
from tabledesign.patterns.plan import Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.page import Page
from tabledesign.schema.query import Lookup, Lookups, Query, Question

__all__ = ["Manner", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an answer is wanted; ``limit`` None is every row."""

    limit: int | None = None
    cursor: str | None = None
    count: bool = False
    explain: bool = False
    json: bool = False


def answer(
    repository: Repository, plan: Plan, arguments: Mapping[str, object], manner: Manner
) -> None:
    """Ask the pattern and print what comes back.

    Raises `InputError` for a manner that the pattern has not, and whatever asking raises.
    """
    question = repository.ask(plan, arguments)
    if manner.explain:
        _explain(repository, plan, arguments, manner)
    if _is_query(question):
        if manner.count:
            _print_count(question.count(), manner)
            return
        _print_page(plan, question.page(manner.limit, manner.cursor), manner)
        return
    if manner.cursor is not None:
        raise InputError(
            f"{plan.name} names its items by key and has no pages; leave --cursor out",
            code="argument.cursor",
            field="cursor",
        )
    found, asked = _looked_up(cast("Lookup[Any] | Lookups[Any]", question))
    if manner.count:
        _print_count(len(found), manner)
        return
    _print_page(plan, Page(tuple(found)), manner, missing=asked - len(found))


def _is_query(question: Question) -> TypeGuard[Query[Any]]:
    return isinstance(question, Query)


def _looked_up(question: Lookup[Any] | Lookups[Any]) -> tuple[list[Any], int]:
    rows = question.all() if isinstance(question, Lookups) else [question.first()]
    return [row for row in rows if row is not None], len(rows)


def _explain(
    repository: Repository, plan: Plan, arguments: Mapping[str, object], manner: Manner
) -> None:
    bound = plan.bind(arguments, repository.context.tenant)
    explained = explanation(plan, bound)
    if manner.json:
        print_json({"explanation": explained.as_dict()})
    else:
        print(f"{explained}\n")


def _print_count(count: int, manner: Manner) -> None:
    if manner.json:
        print_json({"count": count})
    else:
        print(count)


def _print_page(plan: Plan, page: Page[Any], manner: Manner, *, missing: int = 0) -> None:
    cursor, refused = _cursor(page)
    if manner.json:
        for item in page.items:
            print_json({"entity": _name(item), "item": item})
        summary = {
            "items": len(page.items),
            "missing": missing,
            "more": page.more,
            "cursor": cursor,
            "unreadable": [asdict(row) for row in page.unreadable],
            "expired": page.expired,
            "evaluated": page.evaluated,
            "requests": page.requests,
            "capacity": page.capacity,
        }
        print_json({"page": summary})
    else:
        _print_tables(plan, page.items)
        _note_page(plan, page, cursor, missing)
    if page.more and refused is not None:
        note(f"more follow, and there is no cursor: {refused.message}; or ask with --all")


def _cursor(page: Page[Any]) -> tuple[str | None, InputError | None]:
    try:
        return page.cursor, None
    except InputError as error:
        return None, error


def _name(item: BaseModel) -> str:
    return str(getattr(item, "__entity_name__", type(item).__name__))


def _print_tables(plan: Plan, items: Iterable[BaseModel]) -> None:
    """One table for each kind of row, in the order of the rows."""
    kinds: dict[type[BaseModel], list[BaseModel]] = {}
    for item in items:
        kinds.setdefault(type(item), []).append(item)
    for kind, rows in kinds.items():
        columns = list(kind.model_fields)
        values = [{name: getattr(row, name) for name in columns} for row in rows]
        print_grid(columns, values, title=f"{plan.name}: {len(rows)} {_name(rows[0])}")
    if not kinds:
        print(f"{plan.name}: nothing found")


def _note_page(plan: Plan, page: Page[Any], cursor: str | None, missing: int) -> None:
    if missing and plan.operation == "BatchGetItem":
        note(f"{missing} of the items asked for are not there")
    if page.requests:
        units = "" if page.capacity is None else f", {page.capacity:g} read units"
        requests = "1 request" if page.requests == 1 else f"{page.requests} requests"
        note(f"{requests}, {page.evaluated} rows evaluated{units}")
    for row in page.unreadable:
        note(f"unreadable: {dict(row.key)}: {row.reason}")
    if page.expired:
        note(f"{page.expired} rows are past their expiry and left out")
    if cursor is not None:
        note(f"more follow: --cursor {cursor}")
