"""A function as Lambda starts it: from its environment, with secrets that are fetched."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parameters import GetParameterError

from tabledesign.api.gateway_responses import GATEWAY_PROBLEMS
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.todo import table
from tabledesign.todo.functions import serving
from tabledesign.todo.functions.concerns import CONCERNS

from ..api.shapes import Context, Sent, claims, rest_event

NAME = "stack-Table-1"
KEYS = {"AWSCURRENT": "n" * 64, "AWSPREVIOUS": "o" * 64}
ANN = {**claims("ann"), "cognito:groups": "[member]"}


class Secrets:
    """Secrets Manager, of which each secret has been rotated once."""

    stages: Mapping[str, str] = KEYS

    def get(self, name: str, VersionStage: str = "AWSCURRENT", **_: Any) -> str:
        if name != "key-arn" or VersionStage not in self.stages:
            raise GetParameterError(f"no {VersionStage} of {name}")
        return self.stages[VersionStage]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedEngine]:
    monkeypatch.setenv("TABLE_NAME", NAME)
    monkeypatch.setenv("CURSOR_KEY", "key-arn")
    monkeypatch.setattr(serving, "SecretsProvider", Secrets)
    with embedded() as engine:
        create_table(table, engine, table_name=NAME)
        monkeypatch.setattr(serving, "make_client", lambda: engine)
        yield engine


def handler(name: str) -> Any:
    """Imported as Lambda imports it."""
    module = f"tabledesign.todo.functions.{name}"
    sys.modules.pop(module, None)
    return importlib.import_module(module).handler


@pytest.mark.parametrize("name", CONCERNS)
def test_each_function_answers_its_first_route(started: EmbeddedEngine, name: str) -> None:
    answer = handler(name)(rest_event(Sent("GET", f"/v1/{name}", who=ANN)), Context())

    assert (200 if name != "users" else 403) == answer["statusCode"], "members see no directory"


def test_a_function_answers_nobody_as_the_gateway_does(started: EmbeddedEngine) -> None:
    answer = handler("tasks")(rest_event(Sent("GET", "/v1/tasks")), Context())
    gateway = GATEWAY_PROBLEMS["UNAUTHORIZED"]
    told = json.loads(answer["body"])

    assert gateway.document(told["request_id"]) == told
    assert "Bearer" == answer["multiValueHeaders"]["WWW-Authenticate"][-1]


def test_a_function_answers_an_unknown_path_as_the_gateway_does(started: EmbeddedEngine) -> None:
    answer = handler("tasks")(rest_event(Sent("GET", "/v1/nothing", who=ANN)), Context())
    told = json.loads(answer["body"])

    assert GATEWAY_PROBLEMS["MISSING_AUTHENTICATION_TOKEN"].document(told["request_id"]) == told


def test_the_key_before_a_rotation_still_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SecretsProvider", Secrets)

    assert [b"n" * 64, b"o" * 64] == serving.cursor_keys("key-arn")


def test_a_key_that_was_never_rotated_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class New(Secrets):
        stages: Mapping[str, str] = {"AWSCURRENT": "n" * 64}

    monkeypatch.setattr(serving, "SecretsProvider", New)

    assert [b"n" * 64] == serving.cursor_keys("key-arn")


def test_a_function_without_its_key_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SecretsProvider", Secrets)

    with pytest.raises(GetParameterError):
        serving.cursor_keys("another")
