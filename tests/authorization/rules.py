"""Who may do what, written down by hand: it knows nothing of the policies, and is compared in full.

Every case is a role x an action x a situation x a tenant x a second factor x a purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

from tabledesign.todo import Role
from tabledesign.todo.policies import Action, Kind, Principal, Resource

__all__ = ["CASES", "NOW", "SITUATIONS", "Case", "Situation"]

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)


@dataclass(frozen=True)
class Situation:
    """What is stored about the thing, seen from ann, and what it gives a member."""

    name: str
    resource: Resource
    member_may: frozenset[str]


def list_of(owner: str, role: Role | None = None, expires: datetime | None = None) -> Resource:
    return Resource(Kind.LIST, "acme", owner=owner, list_role=role, grant_expires=expires)


def task(
    role: Role | None = None,
    expires: datetime | None = None,
    *,
    owner: str = "bob",
    assignee: str | None = None,
) -> Resource:
    return Resource(
        Kind.TASK, "acme", owner=owner, list_role=role, grant_expires=expires, assignee=assignee
    )


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = names("")
LIST_VIEWER = names("readList readBoard readActivity listTasksOfList listMembers")
LIST_EDITOR = LIST_VIEWER | names("createTask")
LIST_OWNER = LIST_EDITOR | names(
    "replaceList deleteList addMember changeMember removeMember readAccess"
)
LEAVING = names("leaveList")
TASK_VIEWER = names("readTask")
TASK_FINISHER = names("readTask completeTask reopenTask")
TASK_EDITOR = TASK_FINISHER | names("replaceTask updateTask deleteTask")

OWNER, EDITOR, VIEWER = Role.OWNER, Role.EDITOR, Role.VIEWER
SITUATIONS = (
    Situation("the organisation", Resource(Kind.ORGANISATION, "acme"), names("createList")),
    Situation(
        "their own record",
        Resource(Kind.USER, "acme", owner="ann"),
        names("readUser readMe updateMe deleteMe listTasks listLists"),
    ),
    Situation("somebody's record", Resource(Kind.USER, "acme", owner="bob"), NOTHING),
    Situation("own list", list_of("ann", OWNER), LIST_OWNER),
    Situation("own list, no membership stored", list_of("ann"), LIST_OWNER),
    Situation("own list, membership expired", list_of("ann", OWNER, PAST), LIST_OWNER),
    Situation("own list, membership of an editor", list_of("ann", EDITOR), LIST_OWNER),
    Situation("list owned by grant", list_of("bob", OWNER), LIST_OWNER),
    Situation("list owned by grant, for now", list_of("bob", OWNER, FUTURE), LIST_OWNER),
    Situation("list owned by grant, expired", list_of("bob", OWNER, PAST), NOTHING),
    Situation("list shared as editor", list_of("bob", EDITOR), LIST_EDITOR | LEAVING),
    Situation("list shared, for now", list_of("bob", EDITOR, FUTURE), LIST_EDITOR | LEAVING),
    Situation("list shared as editor, expired", list_of("bob", EDITOR, PAST), NOTHING),
    Situation("list shared as editor, expiring now", list_of("bob", EDITOR, NOW), NOTHING),
    Situation("list shared as viewer", list_of("bob", VIEWER), LIST_VIEWER | LEAVING),
    Situation("list shared as viewer, expired", list_of("bob", VIEWER, PAST), NOTHING),
    Situation("foreign list", list_of("bob"), NOTHING),
    Situation("list of nobody", Resource(Kind.LIST, "acme"), NOTHING),
    Situation("task in an own list", task(OWNER, owner="ann"), TASK_EDITOR),
    Situation("task in a list shared as owner", task(OWNER), TASK_EDITOR),
    Situation("task in a list shared as owner, expired", task(OWNER, PAST), NOTHING),
    Situation("task in a list shared as editor", task(EDITOR), TASK_EDITOR),
    Situation("task in a list shared as editor, expired", task(EDITOR, PAST), NOTHING),
    Situation("task in a list shared as viewer", task(VIEWER), TASK_VIEWER),
    Situation("task in a list shared as viewer, for now", task(VIEWER, FUTURE), TASK_VIEWER),
    Situation("task in a list shared as viewer, expired", task(VIEWER, NOW), NOTHING),
    Situation("own task in a foreign list", task(owner="ann"), TASK_FINISHER),
    Situation("assigned task in a foreign list", task(assignee="ann"), TASK_FINISHER),
    Situation("assigned task, as viewer", task(VIEWER, assignee="ann"), TASK_FINISHER),
    Situation("assigned task, grant expired", task(EDITOR, PAST, assignee="ann"), TASK_FINISHER),
    Situation("task assigned to another", task(assignee="cy"), NOTHING),
    Situation("foreign task", task(), NOTHING),
)

ADMIN_MAY = names("listUsers findUser createUser readUser readAccess removeMember")
SUPPORT_MAY_READ = names(
    "findUser readUser listTasks listLists readList readBoard readActivity listTasksOfList "
    "listMembers readAccess readTask"
)
WRITES = names(
    "createUser createList updateMe deleteMe createTask replaceList deleteList addMember "
    "changeMember removeMember leaveList replaceTask updateTask deleteTask completeTask reopenTask"
)
ROLE_SETS = [
    frozenset(chosen)
    for size in range(4)
    for chosen in combinations(["admin", "member", "support"], size)
] + [frozenset({"root", "Member", "owner"})]


@dataclass(frozen=True)
class Case:
    """One question, with the answer that is expected."""

    principal: Principal
    action: Action
    situation: Situation
    purpose: str | None

    @property
    def expected(self) -> bool:
        who, name = self.principal, self.action.value
        if who.tenant != self.situation.resource.tenant:
            return False
        if "support" in who.roles and name in WRITES:
            return False
        if name == "deleteMe" and not who.mfa:
            return False
        if who.roles & {"member", "admin"} and name in self.situation.member_may:
            return True
        if "admin" in who.roles and name in ADMIN_MAY:
            return True
        if "support" not in who.roles:
            return False
        own = self.situation.name == "their own record"
        return (name in SUPPORT_MAY_READ and self.purpose is not None) or (name == "readMe" and own)

    def __str__(self) -> str:
        roles = "+".join(sorted(self.principal.roles)) or "no role"
        return (
            f"{roles} of {self.principal.tenant}, mfa {self.principal.mfa}, purpose "
            f"{self.purpose}: {self.action.value} on {self.situation.name}"
        )


def cases() -> Iterator[Case]:
    for situation, roles in product(SITUATIONS, ROLE_SETS):
        actions = [action for action in Action if action.kind is situation.resource.kind]
        for action, tenant, mfa, purpose in product(
            actions, ("acme", "other"), (False, True), (None, "ticket 7")
        ):
            yield Case(Principal("ann", tenant, roles, mfa), action, situation, purpose)


CASES = tuple(cases())
