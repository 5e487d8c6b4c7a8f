"""Exact requests with arguments as ``{name}``."""

from __future__ import annotations

from typing import cast

import pytest
from tests.design.designs import Orders

from tabledesign.design.samples import sample_arguments
from tabledesign.design.symbolic import symbolic_request
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.reads import first_request
from tabledesign.todo import TodoRepository

PLANS = (*Orders.plans(), *TodoRepository.plans())


def bounds(plan: Plan) -> dict[str, str]:
    values = symbolic_request(plan).parameters["ExpressionAttributeValues"]
    return {name: next(iter(value.values())) for name, value in values.items()}


def test_arguments_stand_under_their_own_names() -> None:
    expected = {
        ":pk": "Order#{shop}#",
        ":low": "Order#{first}#",
        ":high": "Order#{last}",
    }
    assert expected == bounds(Orders.between.plan)


def test_constants_stand_as_their_values() -> None:
    assert {":pk": "Order#sent#", ":sk": "Order#"} == bounds(Orders.sent.plan)


def test_a_beginning_ends_without_a_terminator() -> None:
    assert {":pk": "Order#{shop}#", ":sk": "Order#{beginning}"} == bounds(Orders.titled.plan)


def test_a_filter_shows_its_arguments_with_the_tag_of_the_field() -> None:
    parameters = symbolic_request(Orders.in_state.plan).parameters

    assert {"N": "{least}"} == parameters["ExpressionAttributeValues"][":v0"]
    assert "#n0 >= :v0" == parameters["FilterExpression"]
    assert "price" == parameters["ExpressionAttributeNames"]["#n0"]


def test_the_end_of_a_range_before_rows_without_a_value_is_kept() -> None:
    assert "Task#open#{today}" == bounds(TodoRepository.overdue_tasks.plan)[":high"]


def shape(value: object) -> object:
    """A request without its values."""
    if isinstance(value, dict):
        parts = cast("dict[str, object]", value)
        if parts.keys() in ({"S"}, {"N"}):
            return [*parts]
        return {name: shape(one) for name, one in parts.items()}
    return [shape(one) for one in cast("list[object]", value)] if isinstance(value, list) else value


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_the_symbolic_request_has_the_shape_of_the_bound_one(plan: Plan) -> None:
    tenant = "acme" if plan.table.tenants else None
    bound = first_request(plan.bind(sample_arguments(plan), tenant), plan.table.name)

    assert bound is not None
    assert shape(dict(bound.parameters)) == shape(dict(symbolic_request(plan).parameters))
    assert bound.operation == symbolic_request(plan).operation
