"""A server as a user starts it, and a browser that notes whatever goes wrong in a page."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

pytestmark = pytest.mark.pages

Scheme = Literal["light", "dark"]
Opened = Callable[..., Page]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""A browser that talks to nobody but the page's server, in a container too."""

PATIENCE = 30_000
"""Milliseconds until something is taken not to come, on a machine with more to do than this."""

WIDTHS = (1280, 390)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@contextmanager
def serving(*words: str, ending: signal.Signals = signal.SIGINT) -> Generator[str]:
    """The address of ``tabledesign serve`` in a process of its own, told to end at the end."""
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        # A run in the background of a shell is born with interrupts ignored.
        [
            sys.executable,
            "-c",
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from tabledesign.cli import main; main()",
            "serve",
            "--port",
            "0",
            *words,
        ],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.search(r"http://\S+:\d+", first)
        if found is None:
            process.wait(60)
            raise AssertionError(first + (process.stderr.read() if process.stderr else ""))
        yield found[0]
    finally:
        process.send_signal(ending)
        _, said = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, said)


@pytest.fixture(scope="session")
def address() -> Generator[str]:
    """The to-do server with its sample data."""
    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def playwright() -> Generator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Generator[Browser]:
    program = shutil.which("chromium")
    assert program is not None, "there is no chromium; run scripts/browser.sh"
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


class Watch:
    """What a page must not do: fail, complain, or ask another machine."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("console", lambda told: self._console(told.type, told.text))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        # The browser notes every refusal of the API; the page shows it, and a test looks there.
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.faults.append(f"{kind}: {text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1" and parts.scheme not in ("data", "blob"):
            self.faults.append(f"asked: {url}")


@pytest.fixture
def opened(browser: Browser) -> Generator[Opened]:
    """``opened(address)``: the page in a tab of its own, which is one session, as people have it.

    At the end of the test nothing may have gone wrong in any of them.
    """
    contexts: list[tuple[BrowserContext, Watch]] = []

    def open_page(url: str, *, width: int = 1280, scheme: Scheme = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append((context, Watch(context)))
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context, _ in contexts:
        context.close()
    assert [] == [fault for _, watch in contexts for fault in watch.faults]
