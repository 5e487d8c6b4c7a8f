"""Fill the folder of a function with the package, or that of the layer with what it needs.

deploy/bundle.py function FOLDER
deploy/bundle.py layer FOLDER

Runtime and architecture are those of template.yaml; LAMBDA_RUNTIME and LAMBDA_ARCHITECTURE stand
above it, for a run on this machine. Needs pip, and nothing of this project. What is fetched once
is kept in .aws-sam/bundles. boto3 is Lambda's own.
"""

from __future__ import annotations

import compileall
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

__all__ = ["Target", "main"]

HERE: Final = Path(__file__).resolve().parent
LOCK: Final = HERE.parent / "requirements/functions.txt"
PACKAGE: Final = HERE.parent / "src/tabledesign"
KEPT: Final = HERE / ".aws-sam/bundles"

# What needs an extra that a function does not have, and no function imports.
LEFT_OUT: Final = ("cli", "gateway", "testing")

MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}


class Target:
    """The Python and the processor that a function runs on."""

    def __init__(self) -> None:
        template = (HERE / "template.yaml").read_text(encoding="utf-8")
        self.runtime = os.environ.get("LAMBDA_RUNTIME") or _found(r"Runtime: (\S+)", template)
        self.architecture = os.environ.get("LAMBDA_ARCHITECTURE") or _found(
            r"Architectures: \[(\w+)\]", template
        )
        self.version = self.runtime.removeprefix("python")

    @property
    def is_this(self) -> bool:
        """Whether compiled modules of the Python that runs this are of use there."""
        return self.version == "{}.{}".format(*sys.version_info[:2])

    def options(self) -> list[str]:
        """What pip is told so that it fetches wheels for there."""
        machine = MACHINES[self.architecture]
        platforms = [f"manylinux_2_28_{machine}", f"manylinux_2_17_{machine}"]
        platforms.append(f"manylinux2014_{machine}")
        named = [option for platform in platforms for option in ("--platform", platform)]
        return [*named, "--python-version", self.version, "--implementation", "cp"]


def main(what: str, folder: str) -> int:
    """The exit code."""
    target, out = Target(), Path(folder)
    if what == "layer":
        # Where Lambda looks for a layer's modules.
        shutil.copytree(_packages(target), out / "python", dirs_exist_ok=True)
        return 0
    ignored = shutil.ignore_patterns("__pycache__", *LEFT_OUT)
    shutil.copytree(PACKAGE, out / PACKAGE.name, ignore=ignored, dirs_exist_ok=True)
    if target.is_this:
        _compile(out / PACKAGE.name)
        return 0
    own = "python{}.{}".format(*sys.version_info[:2])
    sys.stderr.write(
        f"bundle: this is {own}, so {target.runtime} compiles the modules at each cold start; "
        f"build with {target.runtime} to spare it\n"
    )
    return 0


def _packages(target: Target) -> Path:
    """The installed packages of the lock, for the target."""
    known = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
    kept = KEPT / f"{target.runtime}-{target.architecture}-{known}"
    if kept.is_dir():
        return kept
    making = kept.with_suffix(f".{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-compile"]
    command += [*target.options(), "--target", str(making), "--requirement", str(LOCK)]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    shutil.rmtree(making / "bin", ignore_errors=True)
    if target.is_this:
        _compile(making)
    making.rename(kept)
    return kept


def _compile(folder: Path) -> None:
    """Without times in them, so that equal sources make equal archives."""
    mode = PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder, quiet=2, invalidation_mode=mode)


def _found(pattern: str, template: str) -> str:
    found = re.search(pattern, template)
    if found is None:
        raise SystemExit(f"bundle: template.yaml has no {pattern!r}; restore that line")
    return found[1]


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("function", "layer"):
        raise SystemExit("usage: deploy/bundle.py function|layer FOLDER")
    sys.exit(main(sys.argv[1], sys.argv[2]))
