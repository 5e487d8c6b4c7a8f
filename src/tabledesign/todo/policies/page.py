"""The page that tells people who may do what: made by asking the policies, so it cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.todo.entities import Role
from tabledesign.todo.policies.actions import Action, Kind
from tabledesign.todo.policies.asked import Principal, Resource
from tabledesign.todo.policies.decision import ENGINE_FAILED, decide
from tabledesign.todo.policies.routes import INTERNAL, PATTERNS, ROUTES

__all__ = ["authorization_page"]

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TENANT: Final = "acme"
_MEMBER: Final = frozenset({"member"})


@dataclass(frozen=True, slots=True)
class _Asker:
    """A column: somebody with a role, in some relation to what is asked about."""

    title: str
    roles: frozenset[str] = _MEMBER
    tenant: str = _TENANT
    owner: bool = False
    assignee: bool = False
    list_role: Role | None = None
    expired: bool = False
    purpose: str | None = None


_OTHER = _Asker("another member")
_ORGANISATION = (
    _Asker("admin", frozenset({"admin"})),
    _Asker("support", frozenset({"support"})),
    _Asker("support, purpose given", frozenset({"support"}), purpose="ticket 7"),
    _Asker("without a role", frozenset()),
)
_ELSEWHERE = _Asker("admin of another tenant", frozenset({"admin"}), tenant="other")
_GRANTED = (
    _Asker("granted owner", list_role=Role.OWNER),
    _Asker("editor", list_role=Role.EDITOR),
    _Asker("viewer", list_role=Role.VIEWER),
    _Asker("editor, expired", list_role=Role.EDITOR, expired=True),
)

_ASKERS: Final[Mapping[Kind, tuple[_Asker, ...]]] = {
    Kind.ORGANISATION: (_Asker("member"), *_ORGANISATION, _ELSEWHERE),
    Kind.USER: (_Asker("themselves", owner=True), _OTHER, *_ORGANISATION, _ELSEWHERE),
    Kind.LIST: (
        _Asker("list's owner", owner=True, list_role=Role.OWNER),
        *_GRANTED,
        _OTHER,
        *_ORGANISATION,
        _ELSEWHERE,
    ),
    Kind.TASK: (
        *_GRANTED,
        _Asker("whose task it is", owner=True),
        _Asker("assigned to", assignee=True),
        _OTHER,
        *_ORGANISATION,
        _ELSEWHERE,
    ),
}

_HEADINGS: Final[Mapping[Kind, str]] = {
    Kind.ORGANISATION: "The organisation",
    Kind.USER: "A user, and what is listed for them",
    Kind.LIST: "A list",
    Kind.TASK: "A task",
}

_INTRODUCTION: Final = """\
<!-- Written by `scripts/authorization_page.py --write`; what is edited here is lost. -->

# Who may do what

The rules are [`todo.cedar`](../src/tabledesign/todo/policies/todo.cedar), with their vocabulary in
[`todo.cedarschema`](../src/tabledesign/todo/policies/todo.cedarschema). The tables below are what
the policies answer: **yes**, **2nd** where only somebody who signed in with a second factor may,
and a dot where the answer is no. What no policy permits is denied; another tenant is always denied;
an error while deciding is a denial.

Roles in the organisation are `member`, `admin` (a member too) and `support`. Who has the role of
support changes nothing, whatever other roles they have, and reads only while naming a purpose.
A grant on a list gives nothing from the instant at which it expires."""


def authorization_page() -> str:
    """`docs/authorization.md`: the same text wherever it is made."""
    parts = [_INTRODUCTION]
    for kind, askers in _ASKERS.items():
        parts += [f"## {_HEADINGS[kind]}", _table(kind, askers)]
    parts += ["## Access patterns and verbs of `TodoRepository`", _patterns()]
    return "\n\n".join(parts) + "\n"


def _table(kind: Kind, askers: tuple[_Asker, ...]) -> str:
    head = ["route, below `/v1`", "action", *(asker.title for asker in askers)]
    rows = [
        [f"`{route}`", f"`{action.value}`", *(_answer(action, asker) for asker in askers)]
        for route, action in ROUTES.items()
        if action.kind is kind
    ]
    return _lines([head, ["---"] * 2 + [":-:"] * len(askers), *rows])


def _patterns() -> str:
    rows = [
        [f"`{pattern}`", ", then ".join(f"`{action.value}`" for action in actions)]
        for pattern, actions in PATTERNS.items()
    ]
    rows += [
        [f"`{pattern}`", "nobody: the service asks for itself"] for pattern in sorted(INTERNAL)
    ]
    return _lines([["pattern or verb", "is decided as"], ["---", "---"], *rows])


def _lines(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _answer(action: Action, asker: _Asker) -> str:
    if _allowed(action, asker, mfa=False):
        return "yes"
    return "2nd" if _allowed(action, asker, mfa=True) else "·"


def _allowed(action: Action, asker: _Asker, *, mfa: bool) -> bool:
    principal = Principal("ann", tenant=asker.tenant, roles=asker.roles, mfa=mfa)
    resource = _resource(action.kind, asker)
    decision = decide(principal, action, resource, now=_NOW, purpose=asker.purpose)
    if ENGINE_FAILED in decision.reasons:
        raise RuntimeError(f"the policies have no answer to {action.value} for {asker.title}")
    return decision.allowed


def _resource(kind: Kind, asker: _Asker) -> Resource:
    if kind is Kind.ORGANISATION:
        return Resource(kind, tenant=_TENANT)
    return Resource(
        kind,
        tenant=_TENANT,
        owner="ann" if asker.owner else "bob",
        list_role=asker.list_role,
        grant_expires=_NOW if asker.expired else None,
        assignee="ann" if asker.assignee else None,
    )
