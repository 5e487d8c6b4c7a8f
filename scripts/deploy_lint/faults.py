"""Faults to plant into the template, each with a check that must see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True)
class Fault:
    """A fault; ``plant`` gives another text or the fault has nowhere to stand."""

    what: str
    plant: Callable[[str], str]
    seen_by: str


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def _first_resource(new: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"- \{'Fn::Sub': '\$\{Table.Arn\}/index/\w+'\}", new, text, count=1)


FAULTS: Final = (
    Fault(
        "Scan is granted",
        _swap("'dynamodb:GetItem'", "'dynamodb:GetItem', 'dynamodb:Scan'"),
        "least rights",
    ),
    Fault("every action is granted", _swap("'dynamodb:GetItem'", "'dynamodb:*'"), "least rights"),
    Fault("every index is granted", _first_resource("- {'Fn::Sub': '${Table.Arn}/index/*'}"),
          "least rights"),
    Fault("every resource is granted", _first_resource("- '*'"), "least rights"),
    Fault("an action is misspelt", _swap("dynamodb:GetItem", "dynamodb:GetItems"), "parliament"),
    Fault(
        "an action is granted where it means nothing",
        _swap("'dynamodb:Query'", "'dynamodb:ListTables'"),
        "parliament",
    ),
    Fault("a role is not there", _swap("[TasksRole, Arn]", "[TaskRole, Arn]"),
          "cfn-lint, translated"),
    Fault("an attribute is not there", _swap("!GetAtt Pool.Arn", "!GetAtt Pool.ArnX"),
          "cfn-lint, translated"),
    Fault("a name in the environment is not there", _swap("TABLE_NAME: !Ref Table",
          "TABLE_NAME: !Ref Tabel"), "cfn-lint, translated"),
    Fault("a runtime is not there", _swap("Runtime: python3.13", "Runtime: python3.31"),
          "sam validate --lint"),
    Fault("a key is not defined", _swap("{AttributeName: gsi1pk, AttributeType: S}",
          "{AttributeName: gsi1p, AttributeType: S}"), "cfn-lint, translated"),
)  # fmt: skip
"""What somebody may well get wrong."""
