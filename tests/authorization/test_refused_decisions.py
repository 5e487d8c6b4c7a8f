"""What the engine cannot answer is denied, and what makes no sense to ask is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabledesign.errors import InputError
from tabledesign.todo import Role
from tabledesign.todo.policies import Action, Decision, Kind, Principal, Resource, decide
from tabledesign.todo.policies.decision import ENGINE_FAILED, NO_CALLER, WRONG_KIND, judged
from tabledesign.todo.policies.engine import Answer, PolicyEngine, faults_of

from .rules import NOW

TEXT = files("tabledesign.todo.policies").joinpath("todo.cedar").read_text(encoding="utf-8")
SCHEMA = files("tabledesign.todo.policies").joinpath("todo.cedarschema").read_text(encoding="utf-8")
ANN = Principal("ann", "acme", frozenset({"member"}), mfa=True)
OWN = Resource(Kind.LIST, "acme", owner="ann")
FAILED = Decision(allowed=False, reasons=(ENGINE_FAILED,))
OVERFLOWS = """
@id("fails")
forbid (principal, action, resource) when { context.now + 9223372036854775807 > 0 };
"""
NAMES = st.text(max_size=12) | st.sampled_from(
    ["ann", 'ann"', "ann\\", "ann\n", "", '["acme", "ann"]', "Todo::Person", "\ud800", "\x00"]
)


class Faulty:
    """Answers as it is told, or raises what it is told."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer

    def ask(self, *_: Any, **__: Any) -> Answer:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def judged_by(engine: object) -> Decision:
    return judged(cast("PolicyEngine", engine), ANN, Action.DELETE_LIST, OWN, now=NOW, purpose=None)


@pytest.mark.parametrize("error", [ValueError("x"), RuntimeError(), KeyError("decision")])
def test_an_engine_that_raises_denies(error: Exception) -> None:
    assert FAILED == judged_by(Faulty(error))


def test_an_engine_that_allows_while_a_policy_failed_denies() -> None:
    assert FAILED == judged_by(Faulty(Answer(True, ("list-owner",), ("overflow",))))


def test_a_policy_that_fails_denies_though_cedar_itself_would_leave_it_out_and_allow() -> None:
    engine = PolicyEngine(TEXT + OVERFLOWS, SCHEMA)
    told = engine.ask(ANN, Action.DELETE_LIST, OWN, now=NOW, purpose=None)

    assert [True, ("list-owner",)] == [told.allowed, told.policies]
    assert FAILED == judged_by(engine)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("permit (principal, action, resource) when { resource.ownr == principal };", "ownr"),
        ('permit (principal, action == Todo::Action::"reed", resource);', "reed"),
    ],
)
def test_the_schema_tells_what_policies_misspell(text: str, fault: str) -> None:
    assert any(fault in each for each in faults_of(text, SCHEMA))


def test_the_policies_of_the_package_are_as_their_schema_wants_them() -> None:
    assert [] == faults_of(TEXT, SCHEMA)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("action", Action)
def test_an_action_on_a_thing_of_another_kind_is_denied(action: Action, kind: Kind) -> None:
    decision = decide(ANN, action, Resource(kind, "acme"), now=NOW)

    assert (action.kind is not kind) == (decision.reasons == (WRONG_KIND,))


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Kind.ORGANISATION, "owner", "ann"),
        (Kind.USER, "list_role", Role.OWNER),
        (Kind.USER, "grant_expires", NOW),
        (Kind.LIST, "assignee", "ann"),
    ],
)
def test_a_field_that_says_nothing_about_the_kind_is_refused(
    kind: Kind, field: str, value: object
) -> None:
    stray: dict[str, Any] = {field: value}
    with pytest.raises(InputError) as caught:
        Resource(kind, "acme", **stray)

    assert ["resource.field_of_another_kind", field] == [caught.value.code, caught.value.field]


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(InputError) as of_now:
        decide(ANN, Action.READ_LIST, OWN, now=naive)
    with pytest.raises(InputError) as of_grant:
        replace(OWN, grant_expires=naive)

    assert ["now", "grant_expires"] == [of_now.value.field, of_grant.value.field]


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES, NAMES, NAMES)
def test_an_owner_is_told_by_tenant_and_subject_whatever_they_are_called(
    tenant: str, subject: str, other_tenant: str, other_subject: str
) -> None:
    """A lone surrogate is no text; there the engine fails, and that denies."""
    asker = Principal(subject, tenant, frozenset({"member"}))
    resource = Resource(Kind.LIST, other_tenant, owner=other_subject)
    decision = decide(asker, Action.READ_LIST, resource, now=NOW)
    same = (tenant, subject) == (other_tenant, other_subject) and tenant and subject
    readable = "\ud800" not in tenant + other_tenant

    assert bool(same and readable) == decision.allowed


@pytest.mark.parametrize("nobody", [replace(ANN, subject=""), replace(ANN, tenant="")])
def test_a_caller_without_a_name_or_a_tenant_is_denied(nobody: Principal) -> None:
    own = Resource(Kind.LIST, nobody.tenant, owner=nobody.subject)
    decision = decide(nobody, Action.READ_LIST, own, now=NOW)

    assert Decision(allowed=False, reasons=(NO_CALLER,)) == decision
