"""Let schemathesis ask the to-do API whatever its contract allows, and what it does not.

scripts/fuzz_api.py SCHEMATHESIS [its options]

The API runs here, on a free port of loopback, over the embedded engine with sample data; the
caller owns the sample list and administers. Exits as schemathesis does.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn

from tabledesign import clock
from tabledesign.api.adapters import local
from tabledesign.api.principal import Claims
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SampleUser
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.gateway.serving import LOOPBACK, listening
from tabledesign.observing.observer import Observer
from tabledesign.todo.entities import table
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository
from tabledesign.todo.samples import load_samples

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
CALLER = SampleUser("ann", "Ann", "asks everything", ("member", "admin"))


def main(arguments: list[str]) -> int:
    """The exit code."""
    program, *options = arguments
    with served() as (url, token):
        command = [
            str(Path(program).resolve()),
            "--config-file",
            str(ROOT / "tools/fuzz/schemathesis.toml"),
            "run",
            str(ROOT / "docs/openapi.json"),
            "--url",
            url,
            "--header",
            f"Authorization: Bearer {token}",
            *options,
        ]
        # What it writes down of its own stays with it.
        return subprocess.run(command, check=False, cwd=Path(program).parents[1]).returncode


@contextmanager
def served() -> Generator[tuple[str, str]]:
    """The API's address, and a token for it."""
    with embedded() as engine, listening(0) as listener:
        create_table(table, engine)
        repository = TodoRepository(engine, tenant="acme", cursor_keys=clock.random_bytes(32))
        load_samples(repository)
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        issuer = LocalIssuer(url, for_development=True, lifetime=timedelta(hours=1))
        authenticate = Claims().from_bearer(issuer.verifier())
        quiet = Observer(namespace=None, write=lambda line: None)
        app = local(todo_routes(repository.scoped), authenticate, observer=quiet)
        config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield url, issuer.token(CALLER)
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
