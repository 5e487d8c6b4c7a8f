"""Which error each code of an answer and each exception of botocore becomes: a reviewed table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tabledesign.engine import failures

GOLDEN = Path(__file__).parents[1] / "goldens" / "failures.json"


def table_of(rules: Mapping[str, failures.Rule]) -> dict[str, str]:
    return {
        name: f"{rule.error.__name__} {rule.code} {rule.error.retry}"
        for name, rule in sorted(rules.items())
    }


def test_every_failure_becomes_the_error_that_was_reviewed(*, update_goldens: bool) -> None:
    tables = {
        "answers": table_of(failures.CODES),
        "exceptions": table_of(failures.EXCEPTIONS),
        "cancellations": [
            [reason, rule.error.__name__, rule.code] for reason, rule in failures.CANCELLATIONS
        ],
        "other statuses": {
            str(status): failures.rule_for_status(status).code
            for status in (400, 401, 402, 403, 404, 408, 409, 413, 429, 499, 500, 503, 599)
        },
    }
    if update_goldens:
        GOLDEN.write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")

    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == tables
