"""The routes of a list's members, and of who had access to it and when."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from tabledesign.api.bodies import read_body
from tabledesign.api.conditions import as_read, check_match, tagged, unless_changed
from tabledesign.api.exchange import Answer
from tabledesign.api.idempotency import content_of, request_key
from tabledesign.api.inputs import Served
from tabledesign.api.problems import FieldError, Problem, not_found
from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass
from tabledesign.errors import AlreadyExists, ConditionFailed, ItemMissing
from tabledesign.todo.entities import Member
from tabledesign.todo.http import list_operations as of
from tabledesign.todo.http.access import Asked, SeenList
from tabledesign.todo.http.guard import Guard, Repositories
from tabledesign.todo.http.lists import as_found, of_path
from tabledesign.todo.http.models_lists import Grant, NewMember, shown_access, shown_member
from tabledesign.todo.repository import TodoRepository

__all__ = ["MemberRoutes"]

_OF_PATH: Final = frozenset({"list_id"})
_MEMBERS: Final = (Served(TodoRepository.members_of_list.plan, _OF_PATH),)
_ACCESS: Final = (
    *_MEMBERS,
    Served(TodoRepository.access_of_list.plan, _OF_PATH, {"show": "record"}),
)


@dataclass(frozen=True, slots=True)
class MemberRoutes:
    """Members over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Repositories

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry; the one of ``me`` before those of ids."""
        guard, members = Guard(self.repositories), "/lists/{list_id}/members"
        return (
            guard.listing(
                members,
                _MEMBERS,
                place=of_path,
                gather=as_found,
                present=shown_member,
                operation=of.MEMBERS,
            ),
            guard.on_list("POST", members, _add, of.ADD_MEMBER),
            guard.on_list("DELETE", f"{members}/me", _leave, of.LEAVE),
            guard.on_list("PUT", f"{members}/{{user_id}}", _change, of.CHANGE_MEMBER),
            guard.on_list("DELETE", f"{members}/{{user_id}}", _remove, of.REMOVE_MEMBER),
            guard.listing(
                "/lists/{list_id}/access",
                _ACCESS,
                place=of_path,
                gather=as_found,
                present=shown_access,
                operation=of.ACCESS,
            ),
        )


def _add(asked: Asked, seen: SeenList) -> Answer:
    sent = read_body(asked.call, NewMember)
    key = request_key(asked.call, asked.action.value)
    _check_expiry(asked, sent)
    with _refusals():
        made = asked.repository.share(
            seen.task_list.list_id,
            sent.user_id,
            sent.role,
            asked.now,
            by=asked.subject,
            purpose=sent.purpose,
            expires_at=sent.expires_at,
            key=key,
            content=content_of(asked.call),
        )
    answer = tagged(made, shown_member(made), status=201)
    return Answer(201, answer.body, {**answer.headers, "Location": f"members/{made.user_id}"})


def _change(asked: Asked, seen: SeenList) -> Answer:
    sent = read_body(asked.call, Grant)
    member = _member(asked, seen)
    _check_expiry(asked, sent)
    with _refusals(), unless_changed():
        changed = asked.repository.change_grant(
            member.list_id,
            member.user_id,
            sent.role,
            asked.now,
            by=asked.subject,
            purpose=sent.purpose,
            expires_at=sent.expires_at,
            condition=as_read(member),
        )
    return tagged(changed, shown_member(changed))


def _remove(asked: Asked, seen: SeenList) -> Answer:
    member = _member(asked, seen)
    with _refusals(), unless_changed():
        asked.repository.unshare(
            member.list_id,
            member.user_id,
            asked.now,
            by=asked.subject,
            condition=as_read(member),
        )
    return Answer(204)


def _leave(asked: Asked, seen: SeenList) -> Answer:
    """One's own grant is nobody else's change to lose, so it needs no If-Match."""
    with _refusals():
        asked.repository.unshare(seen.task_list.list_id, asked.subject, asked.now, by=asked.subject)
    return Answer(204)


def _member(asked: Asked, seen: SeenList) -> Member:
    """The grant that the path names, in the state that If-Match names."""
    user_id = asked.call.parameters["user_id"]
    identity = Member.by_id(list_id=seen.task_list.list_id, user_id=user_id)
    member = asked.repository.get(identity, consistent=True)
    if member is None:
        raise not_found()
    check_match(asked.call, member)
    return member


def _check_expiry(asked: Asked, sent: Grant) -> None:
    if sent.expires_at is None or asked.now < sent.expires_at:
        return
    detail = "a grant expires in the future; choose a later time, or null for good"
    fault = FieldError("member.expired", detail, pointer="/expires_at")
    raise Problem(422, "member.expired", detail, faults=[fault])


@contextmanager
def _refusals() -> Generator[None]:
    """What a write of a grant refuses, as it is told to the caller."""
    try:
        yield
    except AlreadyExists:
        detail = "the user is a member of the list already; change the grant by PUT"
        raise Problem(409, "member.exists", detail) from None
    except ItemMissing as error:
        if error.details.get("step") != "user":
            raise
        detail = "there is no such user to share with; check the id"
        fault = FieldError("user.unknown", detail, pointer="/user_id")
        raise Problem(422, "user.unknown", detail, faults=[fault]) from None
    except ConditionFailed as error:
        if error.code != "list.owner_stays":
            raise
        detail = "the list would be left without its owner; delete the list instead"
        raise Problem(409, "list.owner_stays", detail) from None
