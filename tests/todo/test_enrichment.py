"""What a file lacks is derived from a seed, the same way in any order and however often."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tabledesign.todo.enrichment import enrich_row, user_facts
from tabledesign.todo.roster import TEAM_SIZE, Roster, membership, team_of
from tabledesign.todo.row import Row, as_given, dump_row
from tabledesign.todo.rows import Reader, read_rows

DATA = Path(__file__).parents[2] / "examples" / "data"
SEED = "demo"
WHEN = datetime(2026, 11, 23, 8, tzinfo=UTC)
OPEN = Row(line=1, id="t1", list="home", user="ann", title="Feed the cat", created_at=WHEN)
DONE = replace(OPEN, completed_at=WHEN + timedelta(hours=1), completed_by="bob")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    found = read_rows(DATA / "todo-comments.ndjson.gz")
    return [row for row in found if isinstance(row, Row)]


@pytest.fixture(scope="module")
def roster(rows: list[Row]) -> Roster:
    return roster_of(rows)


@pytest.fixture(scope="module")
def enriched(rows: list[Row], roster: Roster) -> list[Row]:
    return [roster.enrich(row) for row in rows]


def roster_of(rows: list[Row], *, seed: str = SEED) -> Roster:
    roster = Roster(seed)
    for row in rows:
        roster.see(row)
    return roster


def many(row: Row) -> list[Row]:
    """The row under a thousand ids."""
    return [replace(row, id=f"t{number}") for number in range(1_000)]


def test_the_order_of_rows_changes_nothing(rows: list[Row], enriched: list[Row]) -> None:
    shuffled = random.Random(7).sample(rows, k=len(rows))
    other = roster_of(shuffled)
    again = {row.line: other.enrich(row) for row in shuffled}
    assert [again[row.line] for row in rows] == enriched


def test_the_order_of_rows_changes_no_membership(rows: list[Row], roster: Roster) -> None:
    other = roster_of(rows[::-1])
    assert other.lists() == roster.lists()
    for list_id in roster.lists():
        assert list(other.members(list_id)) == list(roster.members(list_id))


def test_resuming_enriches_what_was_left_as_an_undisturbed_run_does(
    roster: Roster, enriched: list[Row]
) -> None:
    rest = Reader(DATA / "todo-comments.ndjson.gz", after_line=6_000)
    assert [roster.enrich(row) for row in rest if isinstance(row, Row)] == enriched[6_000:]


def test_enriching_twice_is_enriching_once(roster: Roster, enriched: list[Row]) -> None:
    assert [roster.enrich(row) for row in enriched] == enriched


def test_an_enriched_file_reads_back_as_it_was(enriched: list[Row], tmp_path: Path) -> None:
    path = tmp_path / "enriched.ndjson"
    path.write_text("\n".join(dump_row(row) for row in enriched), encoding="utf-8")
    assert list(read_rows(path)) == enriched


def test_another_seed_gives_other_values(rows: list[Row], enriched: list[Row]) -> None:
    other = roster_of(rows, seed="other")
    changed = sum(other.enrich(row) != before for row, before in zip(rows, enriched, strict=True))
    assert changed > 0.9 * len(rows)
    assert user_facts("ann", "other") != user_facts("ann", SEED)


def test_a_list_has_exactly_one_owner_and_every_user_it_names_is_a_member(
    rows: list[Row], roster: Roster
) -> None:
    named = {(row.list, user) for row in rows for user in (row.user, row.completed_by) if user}
    members = [member for list_id in roster.lists() for member in roster.members(list_id)]
    owners = Counter(member.list_id for member in members if member.role == "owner")
    assert {(member.list_id, member.user_id) for member in members} == named
    assert owners == Counter(roster.lists())
    assert {member.role for member in members} == {"owner", "editor", "viewer"}


def test_an_assignee_is_a_member_of_the_list(roster: Roster, enriched: list[Row]) -> None:
    strangers = [
        row.id
        for row in enriched
        if row.assignee is not None and row.assignee not in roster.users(row.list)
    ]
    assert strangers == []


def test_a_roster_knows_new_users_after_it_has_answered() -> None:
    roster = roster_of([OPEN])
    assert roster.team("home") == ("ann",)
    roster.see(replace(OPEN, id="t2", user="bob", assignee="cem"))
    assert roster.team("home") == team_of("home", ["bob", "cem", "ann"], SEED)
    assert roster.users("nowhere") == frozenset()


def test_only_the_first_of_a_large_list_are_its_team() -> None:
    users = [f"u{number}" for number in range(200)]
    team = team_of("home", users, SEED)
    roles = Counter(membership("home", user, SEED, team=team) for user in users)
    assert len(team) == TEAM_SIZE
    assert roles["owner"] == 1
    assert 40 < roles["viewer"] < 85


def test_every_user_has_an_email_of_their_own() -> None:
    facts = [user_facts(f"u{number}", SEED) for number in range(20_000)]
    emails = {fact.email for fact in facts}
    form = re.compile(r"[a-z]+\.[a-z]+\.[0-9a-f]{12}@example\.com")
    assert len(emails) == len(facts)
    assert [email for email in emails if not form.fullmatch(email)] == []


def test_few_users_are_admins() -> None:
    roles = Counter(user_facts(f"u{number}", SEED).role for number in range(6_400))
    assert 60 < roles["admin"] < 140


def test_user_ids_that_differ_in_case_only_are_different_users() -> None:
    assert user_facts("Ann", SEED).email != user_facts("ann", SEED).email


def test_some_completed_rows_are_open_again_and_no_longer_completed() -> None:
    found = [enrich_row(row, SEED) for row in many(DONE)]
    reopened = [row for row in found if row.status != "done"]
    assert 90 < len(reopened) < 160
    assert {(row.completed_at, row.completed_by) for row in reopened} == {(None, None)}
    assert {row.status for row in reopened} == {"todo", "doing"}
    assert {row.completed_at for row in found if row.status == "done"} == {DONE.completed_at}


def test_a_completed_row_with_a_status_is_never_opened_again() -> None:
    found = [enrich_row(replace(row, status="done"), SEED) for row in many(DONE)]
    assert {(row.status, row.completed_at) for row in found} == {("done", DONE.completed_at)}


def test_open_rows_stay_open() -> None:
    found = [enrich_row(row, SEED) for row in many(OPEN)]
    assert Counter(row.status for row in found).keys() == {"todo", "doing"}
    assert {row.completed_at for row in found} == {None}


def test_due_dates_lie_one_to_sixty_days_after_creation_and_some_rows_have_none() -> None:
    dues = [enrich_row(row, SEED).due for row in many(OPEN)]
    days = {(due - WHEN.date()).days for due in dues if due is not None}
    assert days == set(range(1, 61))
    assert 340 < dues.count(None) < 460


def test_a_row_at_the_end_of_the_calendar_has_no_due_date_after_it() -> None:
    last = replace(OPEN, created_at=datetime(9999, 12, 31, tzinfo=UTC))
    assert {enrich_row(row, SEED).due for row in many(last)} == {None}


def test_what_a_row_gives_is_kept() -> None:
    given = replace(
        OPEN, due=date(2027, 1, 1), assignee="dora", priority="low", tags=("own",), status="doing"
    )
    assert [row for row in many(given) if enrich_row(row, SEED, team=("ann",)) != row] == []


def test_without_a_team_the_assignee_is_the_rows_own_user_or_nobody() -> None:
    assert {enrich_row(row, SEED).assignee for row in many(OPEN)} == {"ann", None}


def test_every_kind_of_answer_is_there(enriched: list[Row]) -> None:
    assert Counter(row.status for row in enriched).keys() == {"todo", "doing", "done"}
    assert Counter(row.priority for row in enriched).keys() == {"low", "normal", "high"}
    assert {len(row.tags) for row in enriched} == {0, 1, 2}
    assert any(row.due and row.completed_at is None for row in enriched)


def test_without_enrichment_a_row_gets_a_status_and_who_completed_it_only() -> None:
    assert as_given(OPEN) == replace(OPEN, status="todo")
    assert as_given(DONE) == replace(DONE, status="done", assignee="bob")
