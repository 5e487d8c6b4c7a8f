"""Check the template with every tool, then see that each of them would see a fault.

python -m scripts.deploy_lint     0 where the template is clean and every planted fault is seen
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from scripts.deploy_lint.checks import CHECKS
from scripts.deploy_lint.faults import FAULTS

TEMPLATE: Final = Path(__file__).resolve().parents[2] / "deploy/template.yaml"


def main() -> int:
    """The exit code."""
    text = TEMPLATE.read_text(encoding="utf-8")
    wrong = 0
    for name, check in CHECKS.items():
        began = time.monotonic()
        found = check(text)
        wrong += len(found)
        print(f"{name}: {len(found)} faults, {time.monotonic() - began:.1f} s", flush=True)
        print(
            *(f"  {line}" for line in found), sep="\n" if found else "", end="\n" if found else ""
        )
    for fault in FAULTS:
        planted = fault.plant(text)
        if planted == text:
            print(f"planted: {fault.what}: NOWHERE TO STAND")
            wrong += 1
            continue
        seen = CHECKS[fault.seen_by](planted)
        wrong += not seen
        print(
            f"planted: {fault.what}: {'seen' if seen else 'NOT SEEN'} by {fault.seen_by}",
            flush=True,
        )
    print(
        f"deploy-lint: {wrong} faults" if wrong else "deploy-lint: clean, every planted fault seen"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
