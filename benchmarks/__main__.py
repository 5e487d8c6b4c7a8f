"""``python -m benchmarks``: the tables of benchmarks/README.md, measured anew."""

from __future__ import annotations

import platform

from benchmarks.answers import querying
from benchmarks.codec import reading, writing
from benchmarks.declaring import declare
from benchmarks.harness import paired

__all__ = ["main"]


def main() -> None:
    """Print every benchmark."""
    print(f"Python {platform.python_version()}, {platform.machine()}; CPU, median of 25 rounds")
    for title, contenders in (
        ("a query of 100 rows", querying()),
        ("100 items to entities", reading()),
        ("100 entities to items", writing()),
    ):
        print(f"\n{title:<34}{'least us':>12}{'ratio':>9}")
        for each in paired(contenders, calls=5):
            print(f"  {each.name:<32}{each.least_us:>12,.0f}{each.ratio:>9.2f}")
    print(f"\n{'a design declared and proved':<34}{'ms':>12}{'a piece':>9}")
    declare(1)
    for count in (1, 10, 40):
        taken = min(declare(count) for _ in range(5))
        print(f"  {f'{count} entities, {count} patterns':<32}{taken:>12.1f}{taken / count:>9.2f}")


if __name__ == "__main__":
    main()
