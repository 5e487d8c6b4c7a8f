"""Every planted bug is caught; and the zoo itself can fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign.keys.composite import Composite
from tabledesign.keys.text import Text, escape
from tabledesign.todo import TodoRepository

from ..tokens.minting import private_key
from .check import Check, Shortest
from .plant import Function, Plant, located, planted
from .runner import control, try_plant
from .zoo import CHECKS, PLANTS

SHORT = 3


@pytest.mark.zoo
@pytest.mark.parametrize("plant", PLANTS, ids=[plant.name for plant in PLANTS])
def test_a_planted_bug_is_caught(plant: Plant) -> None:
    outcome = try_plant(plant, CHECKS[plant.check])

    assert outcome.verdict == "caught", outcome.said


@pytest.mark.zoo
@pytest.mark.parametrize("name", CHECKS)
def test_a_check_holds_without_a_bug_for_all_its_examples(name: str) -> None:
    assert control(CHECKS[name]).found is None


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_holds_without_a_bug(name: str) -> None:
    held = control(CHECKS[name], budget=SHORT)

    assert held.found is None
    assert held.examples == SHORT


def test_the_zoo_is_large_and_every_bug_has_a_name_and_a_check_of_its_own() -> None:
    assert len(PLANTS) >= 34
    assert len({plant.name for plant in PLANTS}) == len(PLANTS)
    assert {plant.check for plant in PLANTS} <= set(CHECKS)


def test_every_bug_is_planted_where_there_is_a_function() -> None:
    for each in PLANTS:
        located(each)


def plant(where: str, wrong: Any, check: str = "keys.tuples") -> Plant:
    return Plant("a plant", "Something.", "some mode", where, wrong, check)


def the_same(right: Function) -> Function:
    return right


@pytest.mark.parametrize(
    ("where", "check"),
    [
        ("keys.text:escape", "keys.tuples"),
        ("keys.composite:Composite.render", "keys.tuples"),
        ("engine.allowance:Allowance.seconds", "requests.attempts"),
        ("repository.once:_Kept.told", "writes.model"),
        ("repository.reading:gather", "histories.notes.calm"),
    ],
)
def test_a_plant_that_changes_nothing_is_missed(where: str, check: str) -> None:
    outcome = try_plant(plant(where, the_same, check), CHECKS[check], budget=20)

    assert outcome.verdict == "missed"


def test_a_plant_that_is_never_called_is_not_caught() -> None:
    def wrong(right: Function) -> Function:
        return lambda *args: 1 / 0

    outcome = try_plant(plant("repository.once:once", wrong), CHECKS["keys.tuples"], budget=5)

    assert outcome.verdict == "not reached"


def test_a_plant_that_breaks_instead_of_being_wrong_is_not_caught() -> None:
    def wrong(right: Function) -> Function:
        return lambda *args, **kwargs: right(*args, 1, 2, 3)

    for check, where in (
        ("keys.tuples", "keys.text:escape"),
        ("histories.notes.calm", "repository.writing:write"),
        ("writes.model", "patterns.keeping:keepings"),
    ):
        assert try_plant(plant(where, wrong), CHECKS[check], budget=5).verdict == "crashed"


def test_a_long_counterexample_is_not_enough() -> None:
    def examples(seed: int) -> Iterator[None]:
        yield
        assert escape("a") == "a"
        raise Shortest(7, "seven steps")

    check = Check("long", "nothing", examples, 10)

    assert try_plant(plant("keys.text:escape", the_same), check).verdict == "too long"


def test_a_bug_is_in_every_module_while_it_is_planted_and_nowhere_afterwards() -> None:
    right = (vars(Composite)["render"], Text.encode, escape)

    def examples(seed: int) -> Iterator[None]:
        yield
        assert Text().encode("a#b", field="x") == "a%23b", "as keys.text sees it"

    def unescaped(right: Function) -> Function:
        return str

    check = Check("escaping", "nothing", examples, 10)
    outcome = try_plant(plant("keys.text:escape", unescaped), check)

    assert ("caught", 2) == (outcome.verdict, outcome.examples)
    assert right == (vars(Composite)["render"], Text.encode, escape)
    assert Text().encode("a#b", field="x") == "a%23b"


def test_what_the_tests_made_once_outlives_a_plant() -> None:
    before = private_key("ec")

    try_plant(plant("keys.text:escape", the_same), CHECKS["keys.tuples"], budget=1)

    assert before is private_key("ec")


def test_what_a_plan_made_with_a_plant_is_made_anew_after_it() -> None:
    asked = TodoRepository.tasks_of_user.plan
    right = asked.bind({"user_id": "ann"}, "acme").interval

    def nowhere(right: Function) -> Function:
        return lambda *args, **kwargs: None

    with planted(plant("keys.composite:Composite.interval", nowhere)):
        assert asked.bind({"user_id": "ann"}, "acme").interval is None
    assert right == asked.bind({"user_id": "ann"}, "acme").interval
