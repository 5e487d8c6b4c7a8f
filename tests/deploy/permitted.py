"""What IAM would say of a request, written from AWS's list of actions and not from our grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tabledesign.deploy.permissions import Grant
from tabledesign.engine.protocol import Engine
from tabledesign.errors import AccessDenied
from tabledesign.wire import Request, Response

__all__ = ["Permitted", "demanded"]

IN_TRANSACTIONS = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def demanded(request: Request) -> Iterator[tuple[str, str | None]]:
    """Action and index of everything that must be allowed for the request to be carried out."""
    if request.operation in ("TransactWriteItems", "TransactGetItems"):
        for item in request.parameters["TransactItems"]:
            (kind,) = item
            yield IN_TRANSACTIONS[kind], None
    else:
        yield request.operation, request.parameters.get("IndexName")


class Permitted:
    """The engine behind it, for a role that is granted this and nothing else."""

    def __init__(self, engine: Engine, grants: Iterable[Grant]) -> None:
        self._engine = engine
        self._granted = {(grant.action, grant.index) for grant in grants}
        self.used: set[tuple[str, str | None]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def send(self, request: Request) -> Response:
        """Carry it, if all of it is granted."""
        for needed in demanded(request):
            if needed not in self._granted:
                raise AccessDenied(
                    f"{needed[0]} on {needed[1] or 'the table'} is not granted",
                    code="access.denied",
                )
            self.used.add(needed)
        return self._engine.send(request)
