"""The policies answer every question as the rules written by hand do."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from functools import cache
from importlib.resources import files

import pytest

from tabledesign.todo import Role
from tabledesign.todo.policies import Action, Decision, Kind, Principal, Resource, decide, prepare
from tabledesign.todo.policies.decision import ENGINE_FAILED, NO_PERMIT, judged
from tabledesign.todo.policies.engine import PolicyEngine

from .rules import CASES, NOW, SITUATIONS, Case, Situation

TEXT = files("tabledesign.todo.policies").joinpath("todo.cedar").read_text(encoding="utf-8")
SCHEMA = files("tabledesign.todo.policies").joinpath("todo.cedarschema").read_text(encoding="utf-8")
POLICIES = re.findall(r'^@id\("(.+)"\)$', TEXT, re.MULTILINE)
ANN = Principal("ann", "acme", frozenset({"member"}))


@cache
def answer(case: Case) -> Decision:
    return asked_of(prepare(), case)


def asked_of(engine: PolicyEngine, case: Case) -> Decision:
    return judged(
        engine,
        case.principal,
        case.action,
        case.situation.resource,
        now=NOW,
        purpose=case.purpose,
    )


@cache
def shuffled() -> list[Case]:
    return random.Random(5).sample(CASES, len(CASES))


def without(policy: str) -> str:
    """The text without one policy, from its name to the blank line after it."""
    return re.sub(rf'@id\("{policy}"\)\n.+?;\n', "", TEXT, flags=re.DOTALL)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_every_role_gets_the_expected_answer_to_every_action(situation: Situation) -> None:
    asked = [case for case in CASES if case.situation == situation]
    wrong = [str(case) for case in asked if answer(case).allowed != case.expected]

    assert [] == wrong
    assert len(asked) >= 100


@pytest.mark.parametrize("action", Action, ids=lambda action: action.value)
def test_every_action_is_allowed_to_somebody_and_denied_to_somebody(action: Action) -> None:
    assert {True, False} == {case.expected for case in CASES if case.action is action}


def test_no_question_of_the_rules_makes_the_engine_fail() -> None:
    assert [] == [str(case) for case in shuffled() if ENGINE_FAILED in answer(case).reasons]


@pytest.mark.parametrize("policy", POLICIES)
def test_without_any_one_policy_some_answer_is_wrong(policy: str) -> None:
    engine = PolicyEngine(without(policy), SCHEMA)

    assert any(asked_of(engine, case).allowed != case.expected for case in shuffled())


def test_every_policy_has_a_name_of_its_own_and_gives_it_as_the_reason() -> None:
    told = {reason for case in shuffled() for reason in answer(case).reasons}

    policies = len(re.findall(r"^(?:permit|forbid)", TEXT, re.MULTILINE))

    assert [policies, policies] == [len(POLICIES), len(set(POLICIES))]
    assert {*POLICIES, NO_PERMIT} == told


def test_a_denial_names_the_policies_that_forbid_it() -> None:
    sam = Principal("sam", "other", frozenset({"support"}))
    decision = decide(sam, Action.DELETE_LIST, Resource(Kind.LIST, "acme"), now=NOW)

    assert Decision(allowed=False, reasons=("support-changes-nothing", "tenant-wall")) == decision


@pytest.mark.parametrize("purpose", ["", " ", "\t\n"])
def test_a_blank_purpose_is_none(purpose: str) -> None:
    sam = Principal("sam", "acme", frozenset({"support"}))
    decision = decide(sam, Action.READ_LIST, Resource(Kind.LIST, "acme"), now=NOW, purpose=purpose)

    assert Decision(allowed=False, reasons=(NO_PERMIT,)) == decision


def test_a_grant_ends_at_its_instant_to_the_microsecond_in_any_time_zone() -> None:
    expires = NOW.astimezone(timezone(timedelta(hours=9)))
    shared = Resource(Kind.LIST, "acme", list_role=Role.VIEWER, grant_expires=expires)
    before = NOW - timedelta(microseconds=1)

    assert [True, False, False] == [
        decide(ANN, Action.READ_LIST, shared, now=now).allowed
        for now in (before, NOW, NOW + timedelta(microseconds=1))
    ]


def test_a_subject_of_another_tenant_is_somebody_else_even_without_the_wall() -> None:
    engine = PolicyEngine(without("tenant-wall"), SCHEMA)
    own = Resource(Kind.LIST, "acme", owner="ann")
    elsewhere = replace(ANN, tenant="other")

    assert [True, False] == [
        judged(engine, who, Action.READ_LIST, own, now=NOW, purpose=None).allowed
        for who in (ANN, elsewhere)
    ]


def test_threads_that_ask_at_once_get_their_own_answers() -> None:
    chosen = shuffled()[:400]
    engines = [prepare()] * len(chosen)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(asked_of, engines, chosen))

    assert [case.expected for case in chosen] == [one.allowed for one in answers]
