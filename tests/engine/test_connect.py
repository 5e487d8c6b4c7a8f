from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine import ClientEngine
from tabledesign.engine.connect import connect
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.errors import AccessDenied, InputError, RequestRefused
from tabledesign.wire import Request

LIST = Request("ListTables", {})


def test_an_embedded_engine_is_saved_at_the_end(tmp_path: Path, create: Request) -> None:
    state = tmp_path / "state.jsonl"
    with connect(engine="embedded", state=state) as engine:
        engine.send(create)
    with connect(engine="embedded", state=state) as engine:
        assert engine.send(LIST)["TableNames"] == ["todo"]


@pytest.mark.dynoxide
def test_a_database_file_is_served_while_the_block_lasts(tmp_path: Path, create: Request) -> None:
    database = tmp_path / "todo.db"
    with connect(engine="dynoxide", database=database) as engine:
        engine.send(create)
    with connect(engine="dynoxide", database=database) as engine:
        assert engine.send(LIST)["TableNames"] == ["todo"]


@pytest.mark.dynoxide
def test_an_endpoint_on_loopback_needs_no_account(server: Dynoxide) -> None:
    with connect(endpoint_url=server.endpoint) as engine:
        assert engine.send(LIST)["TableNames"] == []


def test_dynamodb_without_a_region_names_the_remedy() -> None:
    with pytest.raises(RequestRefused, match="You must specify a region; correct it") as caught:
        connect().__enter__()
    assert caught.value.code == "engine.misconfigured"


def test_dynamodb_without_credentials_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with connect() as engine, pytest.raises(AccessDenied, match="aws configure"):
        engine.send(LIST)


def test_dynamodb_is_not_waited_for_longer_than_an_api_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with connect() as engine:
        assert isinstance(engine, ClientEngine)
        config: Any = vars(engine.client.meta)["_client_config"]
        assert (config.connect_timeout, config.read_timeout) == (1, 3)


def test_an_endpoint_that_is_no_url_names_the_remedy() -> None:
    with pytest.raises(InputError, match="give one such as 'http"):
        connect(endpoint_url="localhost").__enter__()


def test_an_option_of_another_engine_is_refused() -> None:
    with pytest.raises(InputError, match="state is for the engine 'embedded'") as caught:
        connect(engine="dynoxide", state=Path("state.jsonl")).__enter__()
    assert caught.value.field == "state"


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    name: Any = "moto"
    with pytest.raises(InputError, match="choose one of aws, embedded, dynoxide"):
        connect(engine=name).__enter__()
