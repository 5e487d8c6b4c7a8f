"""Cedar: our values become its entities, the policies are parsed once, its answer becomes ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final, Self, cast

import cedarpy

from tabledesign.dataclass import dataclass
from tabledesign.todo.policies.actions import Action
from tabledesign.todo.policies.asked import ROLES, Caller, Resource

__all__ = ["Answer", "PolicyEngine", "faults_of"]

_CEDAR: Final = cast(Any, cedarpy)  # its dictionaries have no types
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_THING: Final = "it"  # one resource is asked about at a time, so it needs no id of its own

# Told with the person, for it is all there is to know about roles, and parsing a role costs time.
_INCLUDED: Final[Mapping[str, frozenset[str]]] = {"admin": frozenset({"member"})}

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What Cedar says: the policies that decided, by name, and those that failed."""

    allowed: bool
    policies: tuple[str, ...]
    failures: tuple[str, ...]


class PolicyEngine:
    """Policies and their schema, parsed; it holds nothing of any request."""

    def __init__(self, policies: str, schema: str) -> None:
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._schema = cedarpy.Schema.from_str(schema)

    @classmethod
    def of_package(cls) -> Self:
        """The policies of the to-do backend, as the package ships them."""
        folder = files("tabledesign.todo.policies")
        policies, schema = (
            folder.joinpath(name).read_text(encoding="utf-8")
            for name in ("todo.cedar", "todo.cedarschema")
        )
        return cls(policies, schema)

    def ask(
        self,
        principal: Caller,
        action: Action,
        resource: Resource,
        *,
        now: datetime,
        purpose: str | None,
    ) -> Answer:
        """Cedar's answer, its failures told; raises what Cedar raises."""
        entities = [_person(principal), _thing(resource)]
        context: _Json = {"now": _microseconds(now)}
        if purpose is not None and purpose.strip():
            context["purpose"] = purpose.strip()
        result = _CEDAR.is_authorized(
            {
                "principal": _person_uid(principal.tenant, principal.subject),
                "action": {"type": "Todo::Action", "id": action.value},
                "resource": {"type": f"Todo::{resource.kind.value}", "id": _THING},
                "context": context,
            },
            self._policies,
            json.dumps(entities),
            schema=self._schema,
        )
        told = result.diagnostics
        names: Mapping[str, str] = told.id_annotations_by_reason
        policies = sorted(names.get(reason, reason) for reason in told.reasons)
        return Answer(bool(result.allowed), tuple(policies), tuple(told.errors))


def faults_of(policies: str, schema: str) -> list[str]:
    """What in the policies the schema does not know or would not bear; asked by tests alone.

    It takes as long as everything else at start, and what is shipped does not change.
    """
    return [str(fault) for fault in _CEDAR.validate_policies(policies, schema).errors]


def _person(principal: Caller) -> _Json:
    roles = principal.roles & ROLES
    roles = roles.union(*(_INCLUDED.get(role, frozenset()) for role in roles))
    return {
        "uid": _person_uid(principal.tenant, principal.subject),
        "attrs": {"tenant": principal.tenant, "mfa": principal.mfa},
        "parents": [{"type": "Todo::Role", "id": role} for role in sorted(roles)],
    }


def _thing(resource: Resource) -> _Json:
    people = {"owner": resource.owner, "assignee": resource.assignee}
    attributes: _Json = {
        name: {"__entity": _person_uid(resource.tenant, subject)}
        for name, subject in people.items()
        if subject is not None
    }
    attributes["tenant"] = resource.tenant
    if resource.list_role is not None:
        grant: _Json = {"role": resource.list_role.value}
        if resource.grant_expires is not None:
            grant["expires"] = _microseconds(resource.grant_expires)
        attributes["grant"] = grant
    uid = {"type": f"Todo::{resource.kind.value}", "id": _THING}
    return {"uid": uid, "attrs": attributes, "parents": []}


def _person_uid(tenant: str, subject: str) -> dict[str, str]:
    """Of one tenant only: the same subject elsewhere is somebody else, wall or no wall."""
    return {"type": "Todo::Person", "id": json.dumps([tenant, subject])}


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
