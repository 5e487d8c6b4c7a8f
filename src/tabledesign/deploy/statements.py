"""Grants as the statements of an IAM policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tabledesign.dataclass import dataclass
from tabledesign.deploy.permissions import Grant

__all__ = ["TableArn", "statements"]


@dataclass(frozen=True, slots=True)
class TableArn:
    """Where a table and its indexes are, as a policy names them.

    >>> TableArn.of("arn:aws:dynamodb:eu-central-1:123456789012:table/todo").index("gsi1")
    'arn:aws:dynamodb:eu-central-1:123456789012:table/todo/index/gsi1'
    """

    arn: str
    resource: str | None = None

    @classmethod
    def of(cls, arn: str) -> TableArn:
        """A table whose ARN is known."""
        return cls(arn)

    @classmethod
    def of_resource(cls, logical_id: str) -> TableArn:
        """The table that a template makes under this name."""
        return cls("", logical_id)

    @property
    def table(self) -> Any:
        """The table."""
        return self.arn if self.resource is None else {"Fn::GetAtt": [self.resource, "Arn"]}

    def index(self, name: str) -> Any:
        """One of its indexes."""
        if self.resource is None:
            return f"{self.arn}/index/{name}"
        return {"Fn::Sub": f"${{{self.resource}.Arn}}/index/{name}"}


def statements(grants: Iterable[Grant], arn: TableArn) -> list[dict[str, Any]]:
    """The statements that allow the grants and nothing else; the indexes are named one by one.

    >>> grants = [Grant("Query", "gsi1"), Grant("GetItem"), Grant("PutItem")]
    >>> [one["Action"] for one in statements(grants, TableArn.of("arn:aws:dynamodb:::table/t"))]
    [['dynamodb:GetItem', 'dynamodb:PutItem'], ['dynamodb:Query']]
    """
    granted = set(grants)
    made: list[dict[str, Any]] = []
    on_table = sorted(grant.action for grant in granted if grant.index is None)
    if on_table:
        made.append(_statement("Table", on_table, [arn.table]))
    actions = sorted({grant.action for grant in granted if grant.index is not None})
    for action in actions:
        indexes = sorted(g.index for g in granted if g.action == action and g.index is not None)
        made.append(_statement("Indexes", [action], [arn.index(name) for name in indexes]))
    return made


def _statement(sid: str, actions: Iterable[str], resources: list[Any]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": [f"dynamodb:{action}" for action in actions],
        "Resource": resources,
    }
