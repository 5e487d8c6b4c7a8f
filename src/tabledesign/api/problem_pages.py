"""The page about each kind of problem, for readers of a repository: Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tabledesign.api.problem_types import ProblemType
from tabledesign.api.problems import Problem
from tabledesign.api.statuses import phrase_of

__all__ = ["index_markdown", "page_markdown"]


def page_markdown(kind: ProblemType) -> str:
    """What it means, what to do, and an example of the document.

    >>> from tabledesign.api.problem_types import PROBLEM_TYPES, by_code
    >>> page_markdown(by_code(PROBLEM_TYPES)["body.json"]).splitlines()[0]
    '# A body that is not JSON'
    """
    return f"""# {kind.title}

`{kind.code}`, {_statuses(kind)}

{kind.meaning}

**What to do.** {kind.remedy}

```json
{_example(kind)}
```
"""


def index_markdown(kinds: Iterable[ProblemType]) -> str:
    """All of them in a table."""
    rows = [
        f"| [{kind.code}]({kind.code}.md) | {', '.join(map(str, kind.statuses))} | {kind.title} |"
        for kind in sorted(kinds, key=lambda kind: kind.code)
    ]
    head = "# Problems\n\nEvery failure is a problem document (RFC 9457) with one of these codes.\n"
    return "\n".join([head, "| code | status | what it is |", "|---|---|---|", *rows, ""])


def _statuses(kind: ProblemType) -> str:
    return " or ".join(f"{status} {phrase_of(status)}" for status in kind.statuses)


def _example(kind: ProblemType) -> str:
    document = Problem(kind.status, kind.code, kind.meaning).document("a1b2c3")
    return json.dumps(document, indent=2, ensure_ascii=False)
