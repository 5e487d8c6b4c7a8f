"""Cold start: what a fresh interpreter computes until it could send a request, or has an item.

CPU time of the process from its start on, as it reads it itself when it is ready; compiled
modules and files are warm, and so nothing of a disk or of Lambda is in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.environment import given
from benchmarks.gates import READY, WITH_CLIENT
from benchmarks.harness import Ratio, in_turns
from benchmarks.results import Measured
from benchmarks.stub import Stub

__all__ = ["OURS", "PEERS", "first", "measured"]

ROOT = Path(__file__).resolve().parent.parent
CODE = "import benchmarks.{module}, time; print(time.process_time())"

BASE = {'boto3.client("dynamodb")': "starts.boto3_client"}
OURS = {
    "bare interpreter": "starts.bare",
    "boto3 client and a pydantic model": "starts.boto3_pydantic",
    READY: "starts.tabledesign_ready",
    WITH_CLIENT: "starts.tabledesign_client",
}
FIRST = {
    'boto3.client("dynamodb"), a wire dict': "starts.boto3_first",
    "boto3 client + pydantic": "starts.boto3_pydantic_first",
    "tabledesign, direct": "starts.tabledesign_direct_first",
    "tabledesign with its boto3 client": "starts.tabledesign_client_first",
}
PEERS = {
    "pynamodb": "peers.starts.pynamodb_start",
    "dyntastic": "peers.starts.dyntastic_start",
    "dynantic": "peers.starts.dynantic_start",
    "pydynantic": "peers.starts.pydynantic_start",
    "pydynox (Rust)": "peers.starts.pydynox_start",
    "aiodynamo + aiohttp": "peers.starts.aiodynamo_start",
    "dynamoxy (Rust)": "peers.starts.dynamoxy_start",
    "dynamoxy, pydantic model (Rust)": "peers.starts.dynamoxy_pydantic_start",
}


def measured(contenders: Mapping[str, str], *, rounds: int, prefix: str = "") -> Measured:
    """Until ready: those contenders that are installed, beside the client of boto3."""
    installed = {
        name: module
        for name, module in (BASE | dict(contenders)).items()
        if not module.startswith("peers.") or find_spec(_package(module)) is not None
    }
    lines = _timed(installed, rounds)
    return Measured(f"{prefix}cold", "Cold start, until ready", "a process", rounds, lines)


def first(stub: Stub, *, rounds: int) -> Measured:
    """Until the first item is there, which the stub answers at once."""
    with given("AWS_ENDPOINT_URL_DYNAMODB", stub.url):
        lines = _timed(FIRST, rounds)
    return Measured("first", "Cold start, until the first item", "a process", rounds, lines)


def _timed(modules: Mapping[str, str], rounds: int) -> list[Ratio]:
    turns = [(name, partial(_start, module)) for name, module in modules.items()]
    for _, start in turns:  # compiled and cached
        start()
    return in_turns(turns, rounds=rounds)


def _package(module: str) -> str:
    return module.rpartition(".")[2].partition("_")[0]


def _start(module: str) -> tuple[float, float]:
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # ours would be compiled each time, peers never
    command = [sys.executable, "-c", CODE.format(module=module)]
    began = time.perf_counter()
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout), time.perf_counter() - began
