"""Numbers and versions are counted exactly, to the last digit and from the first write."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tabledesign import (
    Change,
    ConditionFailed,
    Entity,
    Key,
    Repository,
    StaleVersion,
    Table,
    Unique,
)

from .memory import Memory

accounts = Table("accounts")
LARGE = Decimal("1234567890123456789012345678.1234567891")  # 38 digits, as many as DynamoDB keeps
TENTH = Decimal("0.0000000001")


class Account(Entity, table=accounts):
    account_id: str
    balance: Decimal = Decimal(0)
    owner: str | None = None
    by_id = Key(partition="account_id")
    one_balance = Unique("owner", "balance")


class Draft(Entity, table=accounts, versioned="version"):
    draft_id: str
    text: str = ""
    version: int = 1
    by_id = Key(partition="draft_id")


class Accounts(Repository, table=accounts):
    pass


@pytest.fixture
def kept(memory: Memory) -> Accounts:
    return Accounts(memory)


def test_38_digits_are_subtracted_to_the_last(kept: Accounts) -> None:
    kept.create(Account(account_id="a"))
    left = kept.update(Account.by_id(account_id="a"), Change().subtract(balance=LARGE))

    assert LARGE.copy_negate() == left.balance


def test_a_sum_of_38_digits_agrees_with_the_rule_made_of_it(kept: Accounts, memory: Memory) -> None:
    kept.create(Account(account_id="a", balance=LARGE, owner="ann"))
    kept.update(Account.by_id(account_id="a"), Change().subtract(balance=TENTH))

    stored = [item for item in memory.items.values() if item["entity"]["S"] == "unique"]
    wanted = Account.one_balance.texts(
        {"owner": "ann", "balance": Decimal("1234567890123456789012345678.1234567890")}
    )
    assert [wanted] == [(item["pk"]["S"], item["sk"]["S"]) for item in stored]


def test_bounds_of_38_digits_are_not_rounded(kept: Accounts) -> None:
    kept.create(Account(account_id="a", balance=LARGE))
    with pytest.raises(ConditionFailed):
        kept.update(
            Account.by_id(account_id="a"),
            Change().increment("balance", TENTH.copy_negate(), at_least=LARGE),
        )


def test_an_item_from_before_versions_counts_from_the_fields_default(
    kept: Accounts, memory: Memory
) -> None:
    kept.create(Draft(draft_id="d"))
    del memory.items["Draft#d#", "Draft#"]["version"]
    read = kept.get(Draft.by_id(draft_id="d"))
    assert read is not None
    written = kept.update(Draft.by_id(draft_id="d"), Change().set(text="first"))

    assert 2 == written.version
    with pytest.raises(StaleVersion):
        kept.update(read, Change().set(text="of what was read before"))
