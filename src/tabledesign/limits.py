"""DynamoDB's documented limits, each named once.

Source: *Amazon DynamoDB Developer Guide*, "Service, account, and table quotas" and
"Constraints in Amazon DynamoDB".
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "BATCH_GET_ITEMS",
    "BATCH_WRITE_ITEMS",
    "EXPRESSION_BYTES",
    "GLOBAL_INDEXES",
    "IN_OPERANDS",
    "ITEM_BYTES",
    "LOCAL_INDEXES",
    "LOCAL_INDEX_COLLECTION_BYTES",
    "NESTING_DEPTH",
    "NUMBER_DIGITS",
    "NUMBER_MAGNITUDE",
    "PAGE_BYTES",
    "PARTITION_KEY_BYTES",
    "PARTITION_READ_UNITS",
    "PARTITION_WRITE_UNITS",
    "READ_UNIT_BYTES",
    "SORT_KEY_BYTES",
    "TOKEN_CHARACTERS",
    "TOKEN_SECONDS",
    "TRANSACTION_BYTES",
    "TRANSACTION_ITEMS",
    "WRITE_UNIT_BYTES",
]

PARTITION_KEY_BYTES: Final = 2_048
"""Longest partition key value, in UTF-8 bytes."""

SORT_KEY_BYTES: Final = 1_024
"""Longest sort key value, in UTF-8 bytes."""

ITEM_BYTES: Final = 400 * 1_024
"""Largest item, attribute names included."""

PAGE_BYTES: Final = 1_024 * 1_024
"""Most that one Query or Scan request evaluates."""

READ_UNIT_BYTES: Final = 4 * 1_024
"""One read unit: one strongly consistent read, or two eventually consistent ones, of this size."""

WRITE_UNIT_BYTES: Final = 1_024
"""One write unit: one write of this size."""

PARTITION_READ_UNITS: Final = 3_000
"""Most read units a second that one partition key value sustains."""

PARTITION_WRITE_UNITS: Final = 1_000
"""Most write units a second that one partition key value sustains."""

LOCAL_INDEX_COLLECTION_BYTES: Final = 10 * 1_024**3
"""Most that one partition key value may hold in a table with a local index."""

GLOBAL_INDEXES: Final = 20
"""Global secondary indexes of one table (default quota)."""

LOCAL_INDEXES: Final = 5
"""Local secondary indexes of one table."""

BATCH_GET_ITEMS: Final = 100
"""Items of one BatchGetItem request."""

BATCH_WRITE_ITEMS: Final = 25
"""Items of one BatchWriteItem request."""

EXPRESSION_BYTES: Final = 4 * 1_024
"""Longest text of one expression."""

IN_OPERANDS: Final = 100
"""Operands of one IN comparison."""

NESTING_DEPTH: Final = 32
"""Deepest nesting of lists and maps in one attribute."""

NUMBER_DIGITS: Final = 38
"""Significant digits of a number."""

NUMBER_MAGNITUDE: Final = (-130, 125)
"""Smallest and largest decimal exponent of a number's leading digit."""

TOKEN_CHARACTERS: Final = 36
"""Longest ClientRequestToken."""

TOKEN_SECONDS: Final = 600
"""How long a ClientRequestToken makes a repeated TransactWriteItems harmless."""

TRANSACTION_ITEMS: Final = 100
"""Items of one TransactWriteItems or TransactGetItems request."""

TRANSACTION_BYTES: Final = 4 * 1_024 * 1_024
"""Size of all items of one transaction together."""
