"""Single-table DynamoDB designs that are proved from the questions they must answer.

A name is imported with its module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tabledesign.codec.markers import AsNumber, EpochSeconds, Stored
    from tabledesign.engine.deadline import Deadline
    from tabledesign.errors import (
        AlreadyExists,
        ConditionFailed,
        Contended,
        CursorInvalid,
        DesignError,
        InputError,
        ItemMissing,
        NotFound,
        NotUnique,
        OutcomeUnknown,
        RequestError,
        StaleVersion,
        TabledesignError,
        UniqueTaken,
    )
    from tabledesign.expressions.fields import field
    from tabledesign.keys.bounds import Range, StartsWith
    from tabledesign.keys.composite import Label
    from tabledesign.keys.template import Template
    from tabledesign.patterns.change import Change
    from tabledesign.patterns.pattern import access_pattern
    from tabledesign.patterns.transaction import Transaction
    from tabledesign.patterns.views import View
    from tabledesign.repository.repository import Repository
    from tabledesign.repository.trace import Trace
    from tabledesign.schema.collection import collection
    from tabledesign.schema.entity import Entity
    from tabledesign.schema.integrity import Counter, Unique
    from tabledesign.schema.key import First, Key, Last
    from tabledesign.schema.page import Page, Unreadable, UnreadableWarning
    from tabledesign.schema.query import Identity, Lookup, Lookups, Query
    from tabledesign.schema.table import Index, Table
    from tabledesign.schema.when import absent, equals, one_of, present

__version__ = "0.1.0"

__all__ = [
    "AlreadyExists",
    "AsNumber",
    "Change",
    "ConditionFailed",
    "Contended",
    "Counter",
    "CursorInvalid",
    "Deadline",
    "DesignError",
    "Entity",
    "EpochSeconds",
    "First",
    "Identity",
    "Index",
    "InputError",
    "ItemMissing",
    "Key",
    "Label",
    "Last",
    "Lookup",
    "Lookups",
    "NotFound",
    "NotUnique",
    "OutcomeUnknown",
    "Page",
    "Query",
    "Range",
    "Repository",
    "RequestError",
    "StaleVersion",
    "StartsWith",
    "Stored",
    "Table",
    "TabledesignError",
    "Template",
    "Trace",
    "Transaction",
    "Unique",
    "UniqueTaken",
    "Unreadable",
    "UnreadableWarning",
    "View",
    "absent",
    "access_pattern",
    "collection",
    "equals",
    "field",
    "one_of",
    "present",
]

_NAMES_OF_MODULES = {
    "codec.markers": "AsNumber EpochSeconds Stored",
    "engine.deadline": "Deadline",
    "expressions.fields": "field",
    "keys.bounds": "Range StartsWith",
    "keys.composite": "Label",
    "keys.template": "Template",
    "patterns.change": "Change",
    "patterns.pattern": "access_pattern",
    "patterns.transaction": "Transaction",
    "patterns.views": "View",
    "repository.repository": "Repository",
    "repository.trace": "Trace",
    "schema.collection": "collection",
    "schema.entity": "Entity",
    "schema.integrity": "Counter Unique",
    "schema.key": "First Key Last",
    "schema.page": "Page Unreadable UnreadableWarning",
    "schema.query": "Identity Lookup Lookups Query",
    "schema.table": "Index Table",
    "schema.when": "absent equals one_of present",
    "errors": (
        "AlreadyExists ConditionFailed Contended CursorInvalid DesignError InputError "
        "ItemMissing NotFound NotUnique OutcomeUnknown RequestError "
        "StaleVersion TabledesignError UniqueTaken"
    ),
}
_HOMES = {name: module for module, names in _NAMES_OF_MODULES.items() for name in names.split()}


if not TYPE_CHECKING:  # a checker that saw it would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
