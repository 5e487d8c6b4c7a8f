"""Doing something in a fork of this process, and what it gave."""

from __future__ import annotations

import json
import os
import traceback
import warnings
from collections.abc import Callable
from typing import Any

__all__ = ["fork"]


def fork(work: Callable[[], object]) -> Callable[[], Any]:
    """Begin the work in a fork; the function waits for what it gives, which JSON must know."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Threads that are not forked may hold locks for ever; ours are shown not to matter.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as told:
                json.dump(work(), told)
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, this process must not run the tests
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)

    def result() -> Any:
        with os.fdopen(reading) as said:
            text = said.read()
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return json.loads(text)

    return result
