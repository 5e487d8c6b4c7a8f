"""Cold start: what a fresh interpreter computes until it could send its first request.

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

from benchmarks.gates import READY, WITH_CLIENT
from benchmarks.harness import in_turns
from benchmarks.results import Measured

__all__ = ["OURS", "PEERS", "measured"]

ROOT = Path(__file__).resolve().parent.parent
CODE = "import benchmarks.{module}, time; print(time.process_time())"

BASE = {'boto3.client("dynamodb")': "starts.boto3_client"}
OURS = {
    "bare interpreter": "starts.bare",
    "boto3 client and a pydantic model": "starts.boto3_pydantic",
    READY: "starts.tabledesign_ready",
    WITH_CLIENT: "starts.tabledesign_client",
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
    """Those contenders that are installed, beside the client of boto3."""
    installed = {
        name: module
        for name, module in (BASE | dict(contenders)).items()
        if not module.startswith("peers.") or find_spec(_package(module)) is not None
    }
    turns = [(name, partial(_start, module)) for name, module in installed.items()]
    for _, start in turns:  # compiled and cached
        start()
    lines = in_turns(turns, rounds=rounds)
    return Measured(f"{prefix}cold", "Cold start, until ready", "a process", rounds, lines)


def _package(module: str) -> str:
    return module.rpartition(".")[2].partition("_")[0]


def _start(module: str) -> tuple[float, float]:
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", CODE.format(module=module)]
    began = time.perf_counter()
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout), time.perf_counter() - began
