"""Cursors that are out stay good: what an earlier release issued is read, and issued again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tabledesign import clock
from tabledesign.repository.cursor import Binding, CursorKeys, read, seal, sign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNTIL = datetime(2026, 11, 23, 13, tzinfo=UTC)
KEYS = CursorKeys.of(b"current key of 32 bytes and more")
BINDING = Binding("todo", "Tasks.due", "plan 1", ("ann", "2026-11-23"), tenant="acme")
POSITION = {"pk": "User#ann#", "sk": "Task#7#", "gsi2pk": "User#ann#", "gsi2sk": "Task#ü#"}
SIGNED = (
    "AQAGYPEr49QAAAZnc2kycGsACVVzZXIjYW5uIwAGZ3NpMnNrAAhUYXNrI8O8IwACcGsACVVzZXIjYW5uIwACc2sA"
    "B1Rhc2sjNyPZuE8V3LQhl8a7neJiVoaj"
)
SEALED = (
    "AgAGYPEr49QAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXvXvp8wQwA9s_B3rLfNk7sSSHh86rdLNx9qj-2ArHCFUA"
    "EQtmySbScSRsNWHurVmH43FxmK8YdEtIvjfZMx2XgeTdqbE_YLFsm3W-1iR6dNMN"
)


@pytest.mark.parametrize("token", [SIGNED, SEALED], ids=["signed", "sealed"])
def test_a_cursor_that_was_issued_is_read(token: str) -> None:
    assert POSITION == read(token, binding=BINDING, keys=KEYS, now=NOW)


def test_the_same_position_is_signed_with_the_same_text() -> None:
    assert SIGNED == sign(POSITION, binding=BINDING, keys=KEYS, expires_at=UNTIL)


def test_the_same_position_is_sealed_with_the_same_text_where_chance_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def counted(count: int) -> bytes:
        return bytes(range(count))

    monkeypatch.setattr(clock, "random_bytes", counted)

    assert SEALED == seal(POSITION, binding=BINDING, keys=KEYS, expires_at=UNTIL)
