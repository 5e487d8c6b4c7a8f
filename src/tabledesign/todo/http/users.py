"""The routes of users: the directory for administrators, and everybody's own record."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, cast

from tabledesign.api.bodies import MERGE_PATCH, change_of, read_body
from tabledesign.api.conditions import as_read, check_match, tagged, unless_changed, unless_known
from tabledesign.api.exchange import Answer
from tabledesign.api.idempotency import content_of, request_key
from tabledesign.api.inputs import Served
from tabledesign.api.problems import FieldError, Problem, not_found
from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import clock_of
from tabledesign.errors import AlreadyExists, UniqueTaken
from tabledesign.patterns.transaction import Transaction
from tabledesign.todo.entities import User
from tabledesign.todo.http import user_operations as of
from tabledesign.todo.http.access import Asked
from tabledesign.todo.http.guard import Guard, Repositories
from tabledesign.todo.http.models_users import NewUser, UserPatch, shown_user
from tabledesign.todo.policies import Action
from tabledesign.todo.repository import TodoRepository

__all__ = ["UserRoutes"]

_DIRECTORY: Final = (
    Served(TodoRepository.users.plan),
    Served(TodoRepository.user_by_email.plan),
)


@dataclass(frozen=True, slots=True)
class UserRoutes:
    """Users over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Repositories

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry; those of ``me`` before those of ids."""
        guard, me = Guard(self.repositories), "/users/me"
        return (
            guard.listing(
                "/users",
                _DIRECTORY,
                place=_in_directory,
                gather=_shown,
                present=shown_user,
                operation=of.LIST,
            ),
            guard.in_organisation("POST", "/users", _create, of.CREATE),
            guard.on_me("GET", me, _read_me, of.READ_ME),
            guard.on_me("PATCH", me, _change_me, of.CHANGE_ME),
            guard.on_me("DELETE", me, _delete_me, of.DELETE_ME),
            guard.undecided("GET", "/users/{user_id}", _read, of.READ),
        )


def _in_directory(asked: Asked, given: dict[str, object]) -> Mapping[str, object]:
    asked.check_organisation(Action.FIND_USER if "email" in given else None)
    return given


def _shown(_: Asked, users: Sequence[User]) -> Sequence[User]:
    return [user for user in users if user.deleted_at is None]


def _create(asked: Asked) -> Answer:
    call, repository = asked.call, asked.repository
    sent = read_body(call, NewUser)
    key = request_key(call, asked.action.value)
    user = User(
        user_id=sent.user_id or clock_of(repository.engine).new_id(),
        name=sent.name,
        email=sent.email,
        role=sent.role,
        created_at=asked.now,
    )
    with _refusals():
        if key is None:
            made = repository.create(user)
        else:
            transaction = Transaction().create("user", user)
            results = repository.once(key, transaction, content=content_of(call))
            made = cast("User", results["user"])
    answer = tagged(made, shown_user(made), status=201)
    return Answer(201, answer.body, {**answer.headers, "Location": f"users/{made.user_id}"})


def _read(asked: Asked) -> Answer:
    user = asked.seen_user(asked.call.parameters["user_id"])
    return unless_known(asked.call, user, shown_user(user))


def _read_me(asked: Asked) -> Answer:
    user = _me(asked)
    return unless_known(asked.call, user, shown_user(user))


def _change_me(asked: Asked) -> Answer:
    sent = read_body(asked.call, UserPatch, accepts=MERGE_PATCH)
    user = _me(asked)
    check_match(asked.call, user)
    if not sent.model_fields_set:
        return tagged(user, shown_user(user))
    target, read = User.by_id(user_id=user.user_id), as_read(user)
    with _refusals(), unless_changed():
        changed = asked.repository.update(target, change_of(sent), condition=read)
    return tagged(changed, shown_user(changed))


def _delete_me(asked: Asked) -> Answer:
    """The record is nowhere from now on; what hangs on it is taken away afterwards."""
    user = _me(asked)
    check_match(asked.call, user)
    with unless_changed():
        asked.repository.delete_user(user.user_id, asked.now, condition=as_read(user))
    return Answer(204)


def _me(asked: Asked) -> User:
    user = asked.repository.user(asked.subject).first()
    if user is None or user.deleted_at is not None:
        raise not_found()
    return user


@contextmanager
def _refusals() -> Generator[None]:
    """What a write of a user refuses, as it is told to the caller."""
    try:
        yield
    except AlreadyExists:
        raise _taken(409, "user.exists", "user_id", "there is a user of this id") from None
    except UniqueTaken:
        raise _taken(409, "user.email_taken", "email", "another user has this address") from None


def _taken(status: int, code: str, name: str, what: str) -> Problem:
    detail = f"{what} already; choose another"
    return Problem(status, code, detail, faults=[FieldError(code, detail, pointer=f"/{name}")])
