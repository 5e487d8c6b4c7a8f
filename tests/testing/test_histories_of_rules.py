"""Histories over everything the library keeps hold; a bug planted in any of it is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.errors import ConditionFailed
from tabledesign.expressions.comparisons import Exists
from tabledesign.patterns import keeping, lowering, update, writes
from tabledesign.patterns.change import Change
from tabledesign.patterns.raw import RawPath
from tabledesign.repository import once
from tabledesign.testing.histories import Failure, run_histories
from tabledesign.testing.holding import assert_design_holds
from tabledesign.testing.settings import Weather, setting
from tabledesign.wire import Request

from ..evidence import HISTORIES, Evidence
from .estate import Estate

WEATHERS: tuple[Weather, ...] = ("calm", "faults", "lag")
VERBS = {
    "commit", "counted", "create", "delete", "delete_if_exists", "delete_many", "get",
    "get_together", "move", "once", "put", "put_all", "put_many", "update", "upsert",
}  # fmt: skip
REFUSALS = {
    "commit: condition.failed",
    "commit: item.missing",
    "commit: transaction.same_item",
    "once: idempotency.mismatch",
    "update: condition.failed",
    "update: item.stale",
    "update: unique.taken",
    "update: update.index_parts",
}


@pytest.mark.slow
@pytest.mark.parametrize("weather", WEATHERS)
def test_a_design_with_every_rule_holds_in_every_weather(
    shared: EmbeddedEngine, weather: Weather, evidence: Evidence
) -> None:
    report = run_histories(setting(Estate, lambda: shared, weather=weather), count=24)

    assert 24 * 30 == report.rounds
    refusals: set[str] = REFUSALS if weather == "calm" else set()
    assert set() == (VERBS | refusals | set(Estate.__patterns__)) - set(report.hits)
    evidence(HISTORIES, report.histories)


@pytest.mark.full
@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("part", range(4))
def test_a_design_with_every_rule_holds_a_thousand_times(
    shared: EmbeddedEngine, weather: Weather, part: int, evidence: Evidence
) -> None:
    made = setting(Estate, lambda: shared, weather=weather)

    assert 84 == run_histories(made, count=84, seed=1_000 + 84 * part).histories
    evidence(HISTORIES, 84)


def test_one_line_shows_that_a_design_with_a_version_holds(shared: EmbeddedEngine) -> None:
    assert 6 == assert_design_holds(Estate, engine=shared, histories=2).histories


def caught(shared: EmbeddedEngine, weather: Weather = "calm") -> Failure:
    with pytest.raises(Failure) as raised:
        run_histories(setting(Estate, lambda: shared, weather=weather), count=100)
    assert len(raised.value.history.rounds) <= 6
    return raised.value


def gives(value: object) -> Callable[..., object]:
    def given(*_: object) -> object:
        return value

    return given


def test_a_version_that_an_update_does_not_count_up_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = update.with_settings

    def without_version(entity: Any, change: Change, now: Any) -> Change:
        made = whole(entity, change, now)
        kept = tuple(c for c in made.clauses if c.path.name != entity.__settings__.version)
        return Change(kept, made.bounds)

    monkeypatch.setattr(update, "with_settings", without_version)

    assert "version=" in str(caught(shared))


def test_a_version_that_is_not_compared_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower: Any = lowering
    monkeypatch.setattr(lower._Lowering, "_expected", gives([]))
    monkeypatch.setattr(lower._Lowering, "_check_version", gives(None))

    caught(shared)


def test_a_put_that_overwrites_a_newer_version_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower: Any = lowering
    anything = Exists(RawPath(("pk",)))
    monkeypatch.setattr(lower._Lowering, "_has_version", gives(anything))
    monkeypatch.setattr(lower._Lowering, "_check_version", gives(None))

    caught(shared)


def test_a_time_of_change_that_is_not_set_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = update.with_settings

    def unset(entity: Any, change: Change, now: Any) -> Change:
        del now
        return whole(entity, change, None)

    monkeypatch.setattr(update, "with_settings", unset)

    caught(shared)


def test_a_time_of_creation_that_a_write_overwrites_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = writes.stamped

    def overwriting(entity: Any, now: Any, **options: Any) -> Any:
        return whole(entity, now, **{**options, "keep_created": False})

    monkeypatch.setattr(lowering, "stamped", overwriting)

    assert "created_at" in str(caught(shared))


def test_a_request_key_whose_content_is_not_compared_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Any = once
    monkeypatch.setattr(kept, "_digest", gives("0" * 64))

    assert "once(" in str(caught(shared))


def test_a_request_key_that_is_forgotten_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Any = once

    def nothing(*_: object) -> Any:
        yield from ()

    monkeypatch.setattr(kept._Kept, "found", nothing)

    failure = caught(shared)
    assert "once(" in str(failure)
    assert not isinstance(failure.reason, ConditionFailed)


def dropping(monkeypatch: pytest.MonkeyPatch, unwanted: Callable[[Any], bool]) -> None:
    """The engine forgets such items of a transaction, and says that all is done."""
    send = EmbeddedEngine.send

    def half(self: EmbeddedEngine, request: Any) -> Any:
        if request.operation == "TransactWriteItems":
            items = request.parameters["TransactItems"]
            kept = [item for item in items if not unwanted(item)]
            parameters = {**request.parameters, "TransactItems": kept}
            return send(self, Request(request.operation, parameters)) if kept else {}
        return send(self, request)

    monkeypatch.setattr(EmbeddedEngine, "send", half)


def test_a_unique_value_that_a_deletion_does_not_release_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def releases(item: Any) -> bool:
        return "#unique#" in str(item.get("Delete", {}).get("Key", {}).get("pk"))

    dropping(monkeypatch, releases)

    assert "is claimed" in str(caught(shared))


def test_a_transaction_that_is_half_applied_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropping(monkeypatch, lambda item: "#Visit#" in str(item.get("Put", {}).get("Item")))

    caught(shared)


def test_a_counter_that_is_off_by_one_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = keeping.keepings

    def without_decrease(*arguments: Any, **options: Any) -> Iterable[keeping.Keeping]:
        for each in whole(*arguments, **options):
            yield replace(each, by=abs(each.by))

    monkeypatch.setattr(lowering, "keepings", without_decrease)

    assert "the counter" in str(caught(shared))


def test_an_index_order_by_time_that_is_left_behind_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmbeddedEngine.send

    def stale(self: EmbeddedEngine, request: Any) -> Any:
        if request.operation == "UpdateItem" and request.parameters["UpdateExpression"].startswith(
            "SET"
        ):
            names = request.parameters["ExpressionAttributeNames"]
            swapped = {n: "lost" if name == "gsi2sk" else name for n, name in names.items()}
            parameters = {**request.parameters, "ExpressionAttributeNames": swapped}
            return send(self, Request(request.operation, parameters))
        return send(self, request)

    monkeypatch.setattr(EmbeddedEngine, "send", stale)

    caught(shared)
