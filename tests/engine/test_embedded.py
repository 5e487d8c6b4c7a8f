from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine import Engine
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.store import Account
from tabledesign.errors import (
    ConditionFailed,
    EngineUnreachable,
    InputError,
    RequestRefused,
    ServiceFailed,
    TableMissing,
)
from tabledesign.wire import Item, Request

Put = Callable[[Engine, str], None]
Get = Callable[[Engine, str], Item | None]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte short": lambda whole: whole[:-2],
    "half": lambda whole: whole[: len(whole) // 2],
    "altered": lambda whole: whole.replace(b'"a"', b'"z"', 1),
    "without its last line": lambda whole: whole[: whole.rindex(b"\n", 0, -1) + 1],
    "longer": lambda whole: whole + b"{}\n",
    "empty": lambda whole: b"",
    "binary": lambda whole: b"\x00\xff not JSON",
    "of something else": lambda whole: b"{}\n",
}


def scan(engine: Engine) -> list[Item]:
    items: list[Item] = engine.send(Request("Scan", {"TableName": "todo"}))["Items"]
    return sorted(items, key=lambda item: item["pk"]["S"])


def described(engine: Engine) -> dict[str, Any]:
    table: dict[str, Any] = engine.send(Request("DescribeTable", {"TableName": "todo"}))["Table"]
    names = ("TableName", "KeySchema", "AttributeDefinitions", "BillingModeSummary", "ItemCount")
    index = table["GlobalSecondaryIndexes"][0]
    return {name: table[name] for name in names} | {"index": index["KeySchema"]}


@pytest.fixture
def saved(tmp_path: Path, create: Request, put: Put) -> Path:
    path = tmp_path / "state.jsonl"
    with embedded(path) as engine:
        engine.send(create)
        for name in ("a", "b", "ü#%"):
            put(engine, name)
    return path


def test_what_is_put_is_read_back_with_bytes_and_numbers(
    create: Request, put: Put, get: Get, local: EmbeddedEngine
) -> None:
    local.send(create)
    put(local, "a")
    assert get(local, "a") == {
        "pk": {"S": "a"},
        "sk": {"S": "Task#"},
        "raw": {"B": b"\x00\xff"},
        "gsi1pk": {"S": "all"},
        "gsi1sk": {"S": "a"},
        "count": {"N": "1.5"},
    }


def test_an_index_is_queried(create: Request, put: Put, local: EmbeddedEngine) -> None:
    local.send(create)
    for name in ("b", "a"):
        put(local, name)
    parameters = {
        "TableName": "todo",
        "IndexName": "gsi1",
        "KeyConditionExpression": "gsi1pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "all"}},
    }
    items = local.send(Request("Query", parameters))["Items"]
    assert [item["pk"]["S"] for item in items] == ["a", "b"]


def test_a_deleted_item_is_gone(create: Request, put: Put, get: Get, local: EmbeddedEngine) -> None:
    local.send(create)
    put(local, "a")
    key = {"pk": {"S": "a"}, "sk": {"S": "Task#"}}
    local.send(Request("DeleteItem", {"TableName": "todo", "Key": key}))
    assert get(local, "a") is None


def test_refusals_are_the_errors_of_the_tree(create: Request, local: EmbeddedEngine) -> None:
    local.send(create)
    with pytest.raises(TableMissing):
        local.send(Request("Scan", {"TableName": "other"}))
    with pytest.raises(RequestRefused) as caught:
        local.send(create)
    assert caught.value.code == "table.in_use"
    missing = {"TableName": "todo", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
    with pytest.raises(ConditionFailed):
        local.send(Request("DeleteItem", missing | {"ConditionExpression": "attribute_exists(pk)"}))


def test_two_engines_do_not_see_each_other(create: Request, put: Put, get: Get) -> None:
    with embedded() as one, embedded() as other:
        one.send(create)
        other.send(create)
        put(one, "a")
        assert (get(one, "a") is None, get(other, "a")) == (False, None)


def test_eight_threads_adding_lose_nothing(
    create: Request, add: Callable[[Engine], None], get: Get, local: EmbeddedEngine
) -> None:
    local.send(create)

    def add_many(_: int) -> None:
        for _ in range(300):
            add(local)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_many, range(8)))
    counter = get(local, "counter")
    assert counter is not None
    assert counter["n"] == {"N": "2400"}


def test_no_thread_is_started_and_nothing_is_sent(create: Request, local: EmbeddedEngine) -> None:
    program = (
        "import socket, threading\n"
        "def refuse(*a, **k): raise AssertionError('the network was touched')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from tabledesign.engine.embedded import embedded\n"
        "from tabledesign.wire import Request\n"
        "with embedded() as engine: engine.send(Request('ListTables', {}))\n"
        "print([thread.name for thread in threading.enumerate()])\n"
    )
    assert run(program) == "['MainThread']"


def run(program: str, **variables: str) -> str:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    return run.stdout.strip()


def test_proxies_endpoints_and_profiles_of_the_environment_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    with embedded() as engine:
        assert engine.send(Request("ListTables", {}))["TableNames"] == []


def test_the_state_file_brings_back_tables_and_items(
    saved: Path, create: Request, put: Put
) -> None:
    with embedded() as expected, embedded(saved) as engine:
        expected.send(create)
        for name in ("a", "b", "ü#%"):
            put(expected, name)
        assert scan(engine) == scan(expected)
        assert described(engine) == described(expected)


def test_the_state_file_brings_back_the_ttl_attribute(saved: Path) -> None:
    specification = {"Enabled": True, "AttributeName": "expires"}
    parameters = {"TableName": "todo", "TimeToLiveSpecification": specification}
    with embedded(saved) as engine:
        engine.send(Request("UpdateTimeToLive", parameters))
    with embedded(saved) as engine:
        answer = engine.send(Request("DescribeTimeToLive", {"TableName": "todo"}))
    assert answer["TimeToLiveDescription"]["AttributeName"] == "expires"


def test_a_loaded_table_takes_writes_and_its_index_shows_them(saved: Path, put: Put) -> None:
    parameters = {
        "TableName": "todo",
        "IndexName": "gsi1",
        "KeyConditionExpression": "gsi1pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "all"}},
        "Select": "COUNT",
    }
    with embedded(saved) as engine:
        put(engine, "c")
        put(engine, "a")
        assert engine.send(Request("Query", parameters))["Count"] == 4


def test_two_engines_of_one_state_file_do_not_see_each_other(
    saved: Path, put: Put, get: Get
) -> None:
    with embedded(saved) as one, embedded(saved) as other:
        put(one, "c")
        assert get(other, "c") is None


def test_saving_twice_writes_the_same_bytes(saved: Path) -> None:
    before = saved.read_bytes()
    with embedded(saved):
        pass
    assert before == saved.read_bytes()


def test_a_state_file_holds_only_its_own_engine(saved: Path, create: Request, put: Put) -> None:
    with embedded() as other:
        other.send(create)
        put(other, "stranger")
        with embedded(saved):
            pass
    assert b"stranger" not in saved.read_bytes()


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_damaged_state_file_is_refused_and_left_as_it_is(saved: Path, damage: str) -> None:
    damaged = DAMAGES[damage](saved.read_bytes())
    saved.write_bytes(damaged)
    with pytest.raises(InputError, match="cannot be loaded") as caught:
        embedded(saved)
    assert (caught.value.code, saved.read_bytes()) == ("state.damaged", damaged)


def test_a_state_file_of_a_later_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.jsonl"
    header = json.dumps({"format": "tabledesign state", "version": 99})
    path.write_text(f"{header}\n{{}}\n")
    with pytest.raises(InputError, match="version 99") as caught:
        embedded(path)
    assert caught.value.code == "state.version"


def test_a_folder_that_does_not_exist_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make it first"):
        embedded(tmp_path / "none" / "state.jsonl")


def test_a_folder_in_place_of_a_state_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        embedded(tmp_path)
    assert caught.value.code == "state.unreadable"


def test_a_save_that_fails_leaves_the_file_before_and_nothing_else(
    saved: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    engine = embedded(saved)
    put(engine, "c")

    def full(self: Account, table: str) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Account, "items", full)
    with pytest.raises(OSError, match="No space"):
        engine.save()
    assert (saved.read_bytes(), list(saved.parent.iterdir())) == (before, [saved])


def test_a_process_killed_between_saves_leaves_the_last_save(saved: Path, tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tabledesign.engine.embedded import embedded; from tabledesign.wire import Request\n"
        "engine = embedded(Path(sys.argv[1])); key = {'pk': {'S': 'a'}, 'sk': {'S': 'Task#'}}\n"
        "engine.send(Request('DeleteItem', {'TableName': 'todo', 'Key': key})); engine.save()\n"
        "key['pk'] = {'S': 'b'}\n"
        "engine.send(Request('DeleteItem', {'TableName': 'todo', 'Key': key}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    killed = subprocess.run(
        [sys.executable, "-c", program, str(saved)],
        env={"PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true"},
        check=False,
    )
    with embedded(saved) as engine:
        assert (killed.returncode, [item["pk"]["S"] for item in scan(engine)]) == (-9, ["b", "ü#%"])


def test_saving_without_a_path_names_the_remedy(local: EmbeddedEngine) -> None:
    with pytest.raises(InputError, match="give save"):
        local.save()


def test_a_closed_engine_refuses_requests(create: Request) -> None:
    engine = embedded()
    engine.close()
    engine.close()
    with pytest.raises(EngineUnreachable, match="closed"):
        engine.send(create)


def test_an_engine_that_is_dropped_leaves_nothing_in_the_process(create: Request) -> None:
    engine = embedded()
    engine.send(create)
    account = engine._account
    assert account.tables() == ["todo"]
    del engine
    gc.collect()
    assert account.tables() == []


def test_a_defect_of_the_emulator_is_a_failed_service(
    local: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(handling: object) -> object:
        getattr(handling, "close")()  # noqa: B009
        raise KeyError("#n")

    monkeypatch.setattr("tabledesign.engine.store._result_of", broken)
    with pytest.raises(ServiceFailed) as caught:
        local.send(Request("ListTables", {}))
    assert caught.value.details["reason"] == "the emulator failed with KeyError: '#n'"


def test_a_missing_ministack_names_the_command_that_installs_it() -> None:
    program = (
        "import sys; sys.modules['ministack'] = None\n"
        "from tabledesign.engine.embedded import embedded\n"
        "from tabledesign.errors import InputError\n"
        "try: embedded()\n"
        "except InputError as error: print(error)\n"
    )
    assert run(program).endswith("install it with `pip install tabledesign[local]`")


def test_engines_may_be_made_in_several_threads_at_once(create: Request) -> None:
    together = threading.Barrier(4)

    def make(_: int) -> list[str]:
        together.wait(timeout=5)
        with embedded() as engine:
            engine.send(create)
            names: list[str] = engine.send(Request("ListTables", {}))["TableNames"]
            return names

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [["todo"]] * 4
