"""What a function does once, while it starts: its repository, its secrets, its policies.

The environment names what it is given: ``TABLE_NAME`` the table, ``CURSOR_KEY`` the secret that
signs cursors, as Secrets Manager knows it. No secret stands in the environment itself.
"""

from __future__ import annotations

import os
from typing import Any, Final

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider

from tabledesign.api.adapters import LambdaHandler, rest_api
from tabledesign.api.principal import Claims
from tabledesign.engine.clients import make_client
from tabledesign.observing import Observer, trace
from tabledesign.todo.functions.concerns import CONCERNS
from tabledesign.todo.policies.decision import prepare
from tabledesign.todo.repository import TodoRepository

__all__ = ["cursor_keys", "serve"]

_NOBODY: Final = "nobody"
"""The tenant before there is a caller: every call scopes the repository to its own."""


def serve(concern: str) -> LambdaHandler:
    """The handler of a concern's routes, behind a REST API with a Cognito authorizer."""
    prepare()
    base = TodoRepository(
        make_client(),
        tenant=_NOBODY,
        table_name=os.environ["TABLE_NAME"],
        cursor_keys=cursor_keys(os.environ["CURSOR_KEY"]),
        trace=trace,
    )
    observer = Observer(service=f"todo-{concern}")
    return rest_api(CONCERNS[concern].routes(base.scoped), Claims().from_rest, observer=observer)


def cursor_keys(secret: str) -> list[bytes]:
    """The key that signs, and during a rotation the one before it, which still verifies."""
    secrets: Any = SecretsProvider()
    current = str(secrets.get(secret)).encode()
    try:
        before = str(secrets.get(secret, VersionStage="AWSPREVIOUS", force_fetch=True)).encode()
    except GetParameterError:
        return [current]  # it was never rotated
    return [current, before]
