"""What is the same in every Query of a plan, as JSON: made once, a call adds its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from tabledesign.patterns.plan import Plan
from tabledesign.wire import CAPACITY, Rendered, json_text

__all__ = ["Bounds", "QueryTemplate", "template_of"]

Bounds = Literal["none", "prefix", "point", "between"]
"""How the one condition on the sort key reads, if there is one."""

_ON_SORT_KEY: Final[Mapping[Bounds, str]] = {
    "none": "",
    "prefix": " AND begins_with(#sk, :sk)",
    "point": " AND #sk = :sk",
    "between": " AND #sk BETWEEN :low AND :high",
}


class QueryTemplate(NamedTuple):
    """The text before and after the values, and the outline of the whole."""

    head: str
    flags: str
    outline: Mapping[str, Any]

    def filled(self, values: str, more: Mapping[str, Any]) -> Rendered:
        """The parameters with these values, the members of an object, and with what is asked."""
        parameters = Rendered(f"{self.head}{values}}}{self.flags}}}", self.outline)
        return parameters | more if more else parameters


def template_of(plan: Plan, table_name: str, *, bounds: Bounds, counting: bool) -> QueryTemplate:
    """The template, made at its first use and kept with the plan."""
    key = (table_name, bounds, counting)
    template: QueryTemplate | None = plan.made.get(key)
    if template is None:
        template = plan.made[key] = _made(plan, table_name, bounds, counting)
    return template


def _made(plan: Plan, table_name: str, bounds: Bounds, counting: bool) -> QueryTemplate:
    names = {"#pk": plan.place.partition_attribute}
    if plan.place.sort_attribute is not None:
        names["#sk"] = plan.place.sort_attribute
    before: dict[str, Any] = {"TableName": table_name}
    if plan.place.name is not None:
        before["IndexName"] = plan.place.name
    before["KeyConditionExpression"] = "#pk = :pk" + _ON_SORT_KEY[bounds]
    if plan.condition is not None:
        before["FilterExpression"] = plan.condition.text
        names.update(plan.condition.names)
    before["ExpressionAttributeNames"] = names
    flags: dict[str, Any] = {}
    if plan.descending:
        flags["ScanIndexForward"] = False
    if plan.consistent:
        flags["ConsistentRead"] = True
    if counting:
        flags["Select"] = "COUNT"
    flags |= CAPACITY
    return QueryTemplate(
        f'{json_text(before)[:-1]},"ExpressionAttributeValues":{{',
        "".join(f",{json_text({name: value})[1:-1]}" for name, value in flags.items()),
        {**before, "ExpressionAttributeValues": None, **flags},
    )
