"""``python -m benchmarks.api``: a warm request in our code, and what a function imports.

Beside FastAPI with Mangum on the same repository. The engine answers at once with what it is
told, so that a table's time is in neither; run it with the environment of requirements/peers.txt.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.harness import by_name, paired
from tabledesign.api.adapters import rest_api
from tabledesign.api.principal import Claims
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.patterns.writes import item_of
from tabledesign.todo.entities import Member, Role, Task, TaskList
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository
from tabledesign.wire import Request, Response

__all__ = ["main"]

PROCESSES = 9
BODY = {"title": "Sew", "list_id": "home"}
REQUESTS: Mapping[str, tuple[str, str, object]] = {
    "one task": ("GET", "/v1/tasks/t0", None),
    "a list of 25": ("GET", "/v1/tasks", None),
    "a task created": ("POST", "/v1/tasks", BODY),
}
IMPORT = """
import time
started = time.process_time()
import {module}
print((time.process_time() - started) * 1e3)
"""
MODULES = (
    "tabledesign.todo.repository",
    "tabledesign.todo.functions.serving",
    "benchmarks.peers.tasks",
)


class Context:
    aws_request_id = "r"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def engine() -> ScriptedEngine:
    """Answers each request with the same items, and keeps none of the requests."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    base = TodoRepository(ScriptedEngine(), tenant="acme")

    def stored(entity: Any) -> Any:
        return item_of(entity, base.context.tenant)

    tasks = [
        stored(Task(task_id=f"t{n}", list_id="home", user_id="ann", title="Sew", created_at=at))
        for n in range(25)
    ]
    home = stored(TaskList(list_id="home", title="Home", owner_id="ann"))
    grant = stored(Member(list_id="home", user_id="ann", role=Role.OWNER))

    def answer(request: Request, _: int) -> Response:
        made.requests.clear()
        match request.operation:
            case "GetItem":
                return {"Item": tasks[0]}
            case "Query":
                return {"Items": tasks, "Count": 25}
            case "TransactGetItems":
                return {"Responses": [{"Item": home}, {"Item": grant}]}
            case "BatchGetItem":
                ((table, _asked),) = request.parameters["RequestItems"].items()
                return {"Responses": {table: [home]}}
            case _:
                return {}

    made = ScriptedEngine(fault=answer)
    return made


def event_of(method: str, path: str, body: object) -> dict[str, Any]:
    """As a REST API sends it."""
    claims = {"sub": "ann", "custom:tenant": "acme", "token_use": "id", "cognito:groups": "member"}
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Host": "x"}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {
            "stage": "prod",
            "requestId": "r",
            "authorizer": {"claims": claims},
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def contenders(method: str, path: str, body: object) -> dict[str, Callable[[], object]]:
    """The peer, which is the base of the ratios, and ours."""
    base = TodoRepository(engine(), tenant="acme", cursor_keys=b"k" * 32)
    peer = import_module("benchmarks.peers.tasks").handler_of(base)
    ours = rest_api(todo_routes(base.scoped), Claims().from_rest)
    for handle in (peer, ours):
        answer = handle(event_of(method, path, body), Context())
        if answer["statusCode"] not in (200, 201):
            raise SystemExit(f"{method} {path} was answered {answer}")
    return {
        "FastAPI + Mangum": lambda: peer(event_of(method, path, body), Context()),
        "tabledesign": lambda: ours(event_of(method, path, body), Context()),
    }


def main() -> None:
    """Print every figure."""
    for title, request in REQUESTS.items():
        # Each of our requests prints a line of its own, which is part of its time.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            found = paired(by_name(contenders(*request)), calls=20)
        print(f"\n{f'a warm request: {title}':<34}{'least us':>12}{'ratio':>9}")
        for each in found:
            print(f"  {each.name:<32}{each.least_us:>12,.0f}{each.ratio:>9.2f}")
    print(f"\n{'import, CPU of ' + str(PROCESSES) + ' processes':<42}{'median ms':>12}{'least':>9}")
    for module in MODULES:
        taken = [_imported(module) for _ in range(PROCESSES)]
        print(f"  {module:<40}{statistics.median(taken):>12,.0f}{min(taken):>9,.0f}")


def _imported(module: str) -> float:
    code = IMPORT.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
