"""What a write of an entity costs in items: known when the entity is declared.

An entity with rules is written by transactions of the item and of what keeps its rules, and
DynamoDB takes 100 items in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tabledesign.errors import Refusal
from tabledesign.limits import TRANSACTION_ITEMS
from tabledesign.schema.entity import Entity

__all__ = ["budget_refusals", "write_items"]


def write_items(entity: type[Entity]) -> Mapping[str, int]:
    """The most items that each verb touches; one is a request of its own, more a transaction.

    An idempotency record is one more, for the whole transaction. An update that touches no rule
    is one item whatever stands here.

    >>> from tabledesign.schema.key import Key
    >>> from tabledesign.schema.integrity import Unique
    >>> from tabledesign.schema.table import Table
    >>> class Person(Entity, table=Table("people")):
    ...     person_id: str
    ...     email: str
    ...     by_id = Key(partition="person_id")
    ...     one_email = Unique("email")
    >>> write_items(Person)
    {'create': 2, 'put': 3, 'update': 3, 'upsert': 3, 'delete': 2, 'move': 4}
    """
    rules = len(entity.__rules__)
    return {
        "create": 1 + rules,
        "put": 1 + 2 * rules,
        "update": 1 + 2 * rules,
        "upsert": 1 + 2 * rules,
        "delete": 1 + rules,
        "move": 2 + 2 * rules,
    }


def budget_refusals(entity: type[Entity]) -> Iterator[Refusal]:
    """The refusal of an entity that could not be moved in one transaction."""
    verb, items = max(write_items(entity).items(), key=lambda each: each[1])
    if items > TRANSACTION_ITEMS:
        yield Refusal(
            "rule.too_many_items",
            entity.__name__,
            f"{verb} touches {items} items, those that keep its {len(entity.__rules__)} rules "
            f"among them, and DynamoDB takes {TRANSACTION_ITEMS} in a transaction",
            "Declare fewer rules",
        )
