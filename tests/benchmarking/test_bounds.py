"""What must be reached is what was promised; the page, the picture and the figures agree."""

from __future__ import annotations

import pytest
from benchmarks.chart import PATH, picture
from benchmarks.gates import GATES, Verdict, verdicts
from benchmarks.harness import Ratio
from benchmarks.report import page
from benchmarks.results import FOLDER, About, Measured, Results

PROMISED = """
| Query, 100 items, fast | 0.20 | 0.12 |
| Query, 1 MB page, fast | 0.25 | 0.17 |
| GetItem; PutItem (model in), fast | 0.25 | 0.17 |
| batch write of 1,000 models, fast | 0.15 | 0.09 |
| compatible lane: query 100 / get, put / batch | 0.40 / 1.05 / 0.40 | 0.28 / 0.85 / 0.29 |
| direct lane: query 100, get, put / batch | 0.13 / 0.08 | 0.10 / 0.06 |
| asyncio: get, put / query 100 | 0.28 / 0.22 | 0.20 / 0.13 |
| a page of 100 decoded, per item, against botocore's parse of it | 0.16 | 0.12 |
| cold start: entity and repository ready, no client yet | 0.85 | 0.70 |
| cold start with a boto3 client made by the library | 1.45 | 1.34 |
| collection of three entity types, against a page of one type, per item | 1.10 | 1.00 |
"""
# Which figures each of its cells is about, in the order of the gates.
CELLS = ((1,), (1,), (2,), (1,), (1, 2, 1), (3, 1), (2, 1), (1,), (1,), (1,), (1,))


def promised() -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for line, counts in zip(PROMISED.strip().splitlines(), CELLS, strict=True):
        _, must, aim = line.strip("| ").split(" | ")
        pairs = zip(must.split(" / "), aim.split(" / "), counts, strict=True)
        for most, aimed, count in pairs:
            found += [(float(most), float(aimed))] * count
    return found


def kept() -> Results:
    return Results.of_json((FOLDER / "results.json").read_text(encoding="utf-8"))


def measured(ratio: float) -> Verdict:
    return Verdict(GATES[0], ratio)


def test_the_bounds_are_those_that_were_promised() -> None:
    # The rows of asyncio name the query last, and so do the gates.
    assert promised() == [(gate.must, gate.aim) for gate in GATES]


def test_every_bound_is_of_a_figure_that_the_results_hold() -> None:
    assert [verdict.gate.title for verdict in verdicts(kept()) if verdict.measured is None] == []


def test_the_page_of_results_is_written_from_the_figures_beside_it() -> None:
    assert (FOLDER / "results.md").read_text(encoding="utf-8") == page(kept())


def test_the_picture_is_drawn_from_the_same_figures() -> None:
    assert PATH.read_text(encoding="utf-8") == picture(kept())


def test_what_the_results_say_is_read_back_as_it_was() -> None:
    about = About("2026-11-27", "a machine", "3.11.7", 25, "0.5", {"boto3": "1.43.106"})
    line = Ratio("tabledesign, fast", 170.5, 0.19, 200.25, 0.2)
    results = Results(about, [Measured("stub.get", "GetItem", "a call", 25, [line])], {"a": "b"})
    assert Results.of_json(results.to_json()) == results


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(0.12, "pass, aim reached"), (0.121, "pass"), (0.2004, "pass"), (0.201, "FAIL")],
)
def test_a_figure_passes_up_to_its_bound_and_no_further(ratio: float, word: str) -> None:
    assert measured(ratio).word == word


def test_what_was_not_measured_has_not_passed() -> None:
    assert not Verdict(GATES[0], None).passed
