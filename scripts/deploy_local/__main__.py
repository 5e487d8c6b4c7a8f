"""Build, deploy into an emulator on loopback, sign in, tell the story over HTTP, stop.

python -m scripts.deploy_local     0 where every answer is as told; else 1, and what went wrong
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from scripts.deploy_local.people import SignedIn, refusals_of_the_pool, sign_in_everybody
from scripts.deploy_local.server import NotStarted, running
from scripts.deploy_local.stack import Failed, Stack, build, deploy, drain
from scripts.deploy_local.story import tell
from scripts.deploy_local.teller import Carry, Reply, Unexpected

REQUEST_SECONDS = 120
"""A first request starts a function: on a busy machine that takes a while."""


def main() -> int:
    """The exit code."""
    signal.signal(signal.SIGTERM, _ended)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="deploy-local-") as name:
        folder = Path(name)
        try:
            _run(folder)
        except (Failed, NotStarted, Unexpected) as error:
            print(f"\ndeploy-local: {error}", file=sys.stderr)
            _show_log(folder)
            return 1
    print(f"\ndeploy-local: all as told, in {time.monotonic() - began:.0f} seconds")
    return 0


def _run(folder: Path) -> None:
    with _step("sam build"):
        built = build(folder)
    _sizes(built.parent)
    with running(folder) as address:
        print(f"an emulator on loopback: {address}", flush=True)
        with _step("sam deploy"):
            stack = deploy(built, address)
        with _step("people sign up and in"):
            people = sign_in_everybody(stack)
        for what, refused in refusals_of_the_pool(stack):
            print(f"  {'refused' if refused else 'TAKEN, as AWS would not'}: {what}")
        teller = tell(_over_http(stack, people), dict(people.subjects), print)
        print("\nWhat was deleted is taken away by the function that a schedule calls")
        drained = drain(stack)
        for tenant, figures in drained.items():
            print(f"  {tenant}: {figures}")
        # Ann's list had two tasks left, and herself as its last member.
        taken = [drained["acme"][what] for what in ("tasks", "members")]
        teller.check("tasks and members of the deleted list", [2, 1], taken)
        told = ", ".join(f"{count} x {status}" for status, count in sorted(teller.statuses.items()))
        print(f"\n{sum(teller.statuses.values())} requests: {told}")


def _over_http(stack: Stack, people: SignedIn) -> Carry:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def carry(
        method: str, path: str, who: str | None, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        named = dict(headers)
        if who is not None:
            named["Authorization"] = f"Bearer {people.tokens[who]}"
        request = urllib.request.Request(stack.url + path, body, named, method=method)  # noqa: S310
        answer: Any
        try:
            answer = opener.open(request, timeout=REQUEST_SECONDS)
        except urllib.error.HTTPError as error:
            answer = error
        except OSError as error:  # no answer at all, or none in time
            raise Unexpected(f"{method} {path}: {error}") from error
        with answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status, found, answer.read().decode())

    return carry


def _sizes(built: Path) -> None:
    """What Lambda counts: a function with its layer has at most 250 MB unzipped."""
    for folder in sorted(path for path in built.iterdir() if path.is_dir()):
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        print(f"  {folder.name}: {size / 1_000_000:.1f} MB unzipped")


@contextmanager
def _step(what: str) -> Generator[None]:
    began = time.monotonic()
    print(f"{what} ...", flush=True)
    yield
    print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)


def _show_log(folder: Path) -> None:
    log = folder / "server.log"
    if log.is_file():
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-60:]
        print("\nThe emulator's last words:", *lines, sep="\n  ", file=sys.stderr)


def _ended(_number: int, _frame: FrameType | None) -> NoReturn:
    """End as by an exception, so that what was started is stopped."""
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
