"""A process that has loaded what every run of tests needs, and forks one for each.

Nothing of the package is loaded before the fork, so that a run sees the mutant. A line of JSON
asks for a run; the answer is the child's process id, then its exit code, a line each.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import pytest

__all__ = ["main"]

# The longest to load, and none of it is mutated.
for _name in ("boto3.dynamodb.types", "botocore.session", "hypothesis.strategies", "pydantic"):
    import_module(_name)
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # hypothesis is loaded already


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(order["arguments"], order["output"], keep_bytecode=order["keep_bytecode"])
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str], output: str, *, keep_bytecode: bool) -> None:
    code = 3
    try:
        os.setsid()
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(file, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.dont_write_bytecode = not keep_bytecode
        code = int(pytest.main([*QUIET, *arguments]))
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
