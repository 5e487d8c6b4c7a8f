"""The lane that tests the tests: what it samples, changes, resumes and reports."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from scripts.mutants.mutant import Change, Mutant, changed, named, read_lines
from scripts.mutants.plan import Drawn, Plan, found_again
from scripts.mutants.report import report, score
from scripts.mutants.results import Result, add, latest, sample
from scripts.mutants.subjects import SUBJECTS

ROOT = Path(__file__).parents[2]
SOURCE = "def double(n):\n    if n > 0:\n        return n + n\n    return 0\n"
MUTATED = SOURCE.replace("n > 0", "n >= 0")


DRAWN = Drawn(seed=7, size=60, commit="abc", of=500, names=("a", "b"))


def mutants(count: int, module: str = "keys") -> list[Mutant]:
    text = "\n".join(f"x{n} = {n}" for n in range(count))
    changes = [changed("a.py", text, text.replace(f"x{n} =", f"y{n} =")) for n in range(count)]
    return list(named(module, text, changes))


def result(name: str, outcome: str = "killed", module: str = "keys") -> Result:
    return Result(
        id=name,
        module=module,
        outcome=outcome,
        stage=1,
        by="",
        seconds=1.0,
        commit="def",
        path="a.py",
        line=1,
        where="f",
        before="x = 1",
        after="x = 2",
    )


def test_a_change_is_the_smallest_that_makes_one_text_of_the_other() -> None:
    change = changed("a.py", SOURCE, MUTATED, "double")

    assert Change("a.py", SOURCE.index("> 0") + 1, "", "=", "double") == change
    assert change.applied(SOURCE) == MUTATED


@pytest.mark.parametrize(("text", "mutated"), [("aaa", "aa"), ("aa", "aaa"), ("ab", ""), ("", "a")])
def test_a_change_among_equal_letters_is_applied_exactly(text: str, mutated: str) -> None:
    assert mutated == changed("a.py", text, mutated).applied(text)


def test_a_change_is_not_applied_to_another_text() -> None:
    change = changed("a.py", SOURCE, SOURCE.replace("n + n", "n - n"))

    with pytest.raises(ValueError, match="not the file"):
        change.applied("another\n" + SOURCE)


def test_a_change_of_nothing_but_layout_is_no_mutant() -> None:
    change = changed("a.py", SOURCE, SOURCE.replace("n + n", "n  +  n"))

    assert [] == list(named("keys", SOURCE, [change]))


def test_the_same_change_made_twice_is_one_mutant() -> None:
    change = changed("a.py", SOURCE, MUTATED)

    assert 1 == len(list(named("keys", SOURCE, [change, replace(change)])))


def test_a_mutant_keeps_its_name_where_lines_are_added_above() -> None:
    [first] = named("keys", SOURCE, [changed("a.py", SOURCE, MUTATED)])
    [second] = named("keys", "\n" + SOURCE, [changed("a.py", "\n" + SOURCE, "\n" + MUTATED)])

    assert (first.id, first.line + 1) == (second.id, second.line)


def test_two_changes_that_look_alike_have_two_names() -> None:
    text = "x = 1\nx = 1\n"
    changes = [changed("a.py", text, "x = 2\nx = 1\n"), changed("a.py", text, "x = 1\nx = 2\n")]

    assert 2 == len({mutant.id for mutant in named("keys", text, changes)})


def test_a_mutant_is_read_as_it_was_written() -> None:
    written = mutants(3)

    assert written == list(read_lines(mutant.as_json() for mutant in written))


def test_the_same_seed_draws_the_same_sample_and_another_one_another() -> None:
    found = mutants(500)

    assert sample(found, 60, seed=1) == sample(found, 60, seed=1)
    assert sample(found, 60, seed=1) != sample(found, 60, seed=2)


def test_a_sample_takes_turns_and_all_of_a_module_that_has_fewer() -> None:
    drawn = sample([*mutants(100, "keys"), *mutants(2, "cursor")], 3, seed=1)

    assert ["keys", "cursor", "keys", "cursor", "keys"] == [mutant.module for mutant in drawn]
    assert 5 == len(set(drawn))


def test_a_sample_that_was_drawn_is_found_again_in_changed_source() -> None:
    found = mutants(3)
    names = [found[2].id, "gone from it", found[0].id]

    assert [found[2], found[0]] == found_again(names, found)


def test_a_plan_is_drawn_once_for_a_seed_and_a_size(tmp_path: Path) -> None:
    (tmp_path / "plan-7-60.json").write_text(json.dumps(asdict(DRAWN)))
    plan = Plan(tmp_path, tmp_path, "no maker is asked")

    assert DRAWN == plan.drawn(size=60, seed=7, commit="of later")


def test_the_last_result_of_a_mutant_counts_and_a_line_cut_short_does_not(tmp_path: Path) -> None:
    path = tmp_path / "results.ndjson"
    for one in (result("a", "survived"), result("b"), result("a", "killed")):
        add(path, one)
    with path.open("a") as file:
        file.write(json.dumps(asdict(result("c")))[:20])

    found = latest(path.read_text().splitlines())

    assert {"a": "killed", "b": "killed"} == {name: one.outcome for name, one in found.items()}


def test_the_score_counts_what_ran_out_of_time_and_sets_the_explained_apart() -> None:
    results = [
        result("a"),
        result("b", "timeout"),
        result("c", "survived"),
        result("d", "survived"),
    ]

    assert (2 / 4, 2 / 3) == score(results, {"c": "no effect"})


def test_the_report_shows_each_survivor_with_what_is_said_of_it() -> None:
    results = [result("a"), result("c", "survived"), result("d", "survived", "codec")]

    page = report(
        results, {"c": "It has no effect."}, DRAWN, date="2026-11-27", tools="tools of today"
    )

    assert "drawn from the 500 of the source at `abc`" in page
    assert "3 on `def`: 0.0 hours of tests in all, with tools of today." in page
    assert "| keys | 2 | 1 | 0 | 1 | 1 | 50.0% | 100.0% |" in page
    assert "| codec | 1 | 0 | 0 | 1 | 0 | 0.0% | 0.0% |" in page
    assert page.index("It has no effect.") < page.index("not explained") < page.index("**d**")


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_every_subject_names_sources_and_tests_that_are_there(subject: object) -> None:
    found = next(one for one in SUBJECTS if one is subject)
    absent = [path for stage in found.stages for path in stage if not (ROOT / path).is_file()] + [
        pattern for pattern in found.sources if not list(ROOT.glob(pattern))
    ]

    assert [] == absent
