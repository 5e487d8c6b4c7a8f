"""Who may do what: policies in Cedar, asked through `decide` with values of our own."""

from tabledesign.todo.policies.actions import Action, Kind
from tabledesign.todo.policies.asked import Caller, Principal, Resource
from tabledesign.todo.policies.decision import Decision, decide, prepare
from tabledesign.todo.policies.routes import INTERNAL, PATTERNS, ROUTES

__all__ = [
    "INTERNAL",
    "PATTERNS",
    "ROUTES",
    "Action",
    "Caller",
    "Decision",
    "Kind",
    "Principal",
    "Resource",
    "decide",
    "prepare",
]
