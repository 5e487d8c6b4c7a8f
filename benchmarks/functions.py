"""``python -m benchmarks.functions``: the size of a function, and what its cold start computes.

The bundle is made as `sam build` makes it, for this Python on this processor. CPU time of fresh
processes that have the bundle and boto3, which on Lambda is the runtime's own.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 9

START = """
import os, sys, time
marks = [time.process_time()]
def mark():
    marks.append(time.process_time())
import boto3
mark()
import aws_lambda_powertools.event_handler
mark()
import pydantic
mark()
import cedarpy
mark()
import tabledesign.todo
mark()
import tabledesign.todo.functions.serving as serving
mark()
serving.prepare()
mark()
from tabledesign.todo.repository import TodoRepository
client = serving.make_client()
mark()
base = TodoRepository(client, tenant="nobody", table_name="t", cursor_keys=b"k" * 32)
serving.rest_api(serving.CONCERNS["{concern}"].routes(base.scoped), serving.Claims().from_rest)
mark()
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
mark()
print(*((after - before) * 1e3 for before, after in zip(marks, marks[1:])))
"""
STEPS = (
    "import boto3",
    "import Powertools' event handler",
    "import pydantic, what is left of it",
    "import cedarpy",
    "import the to-do design, proved",
    "import routes and adapters",
    "parse the policies",
    "make the DynamoDB client",
    "make the routes and the handler",
    "import cryptography, at the first cursor",
)


def main() -> None:
    """Print sizes, then times."""
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder, "bundle")
        _build(bundle)
        _sizes(bundle, Path(folder, "bundle.zip"))
        _times("modules compiled in the bundle", bundle)
        for cached in list(bundle.rglob("__pycache__")):
            shutil.rmtree(cached)
        _times("modules compiled at the start", bundle)


def _build(bundle: Path) -> None:
    version = "python{}.{}".format(*sys.version_info[:2])
    architecture = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    env = {**os.environ, "LAMBDA_RUNTIME": version, "LAMBDA_ARCHITECTURE": architecture}
    script = str(ROOT / "deploy/bundle.py")
    for what in ("layer", "function"):
        subprocess.run([sys.executable, script, what, str(bundle)], env=env, check=True)
    for package in (bundle / "python").iterdir():
        package.rename(bundle / package.name)
    (bundle / "python").rmdir()


def _sizes(bundle: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in bundle.rglob("*"):
            packed.write(file, file.relative_to(bundle))
    parts: dict[str, int] = {}
    for file in bundle.rglob("*"):
        if file.is_file():
            name = file.relative_to(bundle).parts[0].partition("-")[0].removesuffix(".py")
            parts[name] = parts.get(name, 0) + file.stat().st_size
    print(f"{'a function with its layer':<44}{'MB':>8}")
    for name, size in sorted(parts.items(), key=lambda each: -each[1]):
        if size > 500_000:
            print(f"  {name:<42}{size / 1e6:>8.1f}")
    print(f"  {'all, unzipped (Lambda takes 250)':<42}{sum(parts.values()) / 1e6:>8.1f}")
    print(f"  {'all, zipped (Lambda takes 50)':<42}{archive.stat().st_size / 1e6:>8.1f}")


def _times(title: str, bundle: Path) -> None:
    print(f"\n{title + ', CPU ms':<46}{'median':>8}{'least':>8}")
    lines = [_started(bundle, "tasks") for _ in range(PROCESSES)]
    for step, taken in zip(STEPS, zip(*lines, strict=True), strict=True):
        print(f"  {step:<44}{statistics.median(taken):>8.0f}{min(taken):>8.0f}")
    sums = [sum(line) for line in lines]
    print(f"  {'all of it':<44}{statistics.median(sums):>8.0f}{min(sums):>8.0f}")


def _started(bundle: Path, concern: str) -> list[float]:
    # No environment's site packages before the bundle, and nothing of this checkout.
    code = f"import sys; sys.path.insert(0, {str(bundle)!r})\n" + START.replace(
        "{concern}", concern
    )
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "AWS_DEFAULT_REGION": "eu-central-1"}
    env.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=env, check=True, capture_output=True, text=True
    )
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    main()
