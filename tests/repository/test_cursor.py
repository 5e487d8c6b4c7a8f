"""Cursors: only the question that made one reads it back, and only as it was made."""

from __future__ import annotations

import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from random import Random
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tabledesign import clock
from tabledesign.errors import CursorInvalid, InputError
from tabledesign.repository.cursor import Binding, CursorKeys, read, seal, sign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = CursorKeys.of(b"current key of 32 bytes and more")
BINDING = Binding("todo", "Tasks.due", "plan 1", ("ann", "2026-11-23"), tenant="acme")
POSITION = {"pk": "User#ann#", "sk": "Task#7#", "gsi2pk": "User#ann#", "gsi2sk": "Task#ü#"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Make = Callable[..., str]
both_forms = pytest.mark.parametrize("make", [sign, seal])


def opened(token: object, **changed: Any) -> dict[str, str]:
    arguments: dict[str, Any] = {"binding": BINDING, "keys": KEYS, "now": NOW} | changed
    return read(cast(str, token), **arguments)


def reason(token: object, **changed: Any) -> object:
    """Why the cursor is refused; a cursor that is accepted fails the test."""
    with pytest.raises(CursorInvalid) as caught:
        opened(token, **changed)
    error = caught.value
    assert (error.code, error.field) == ("cursor.invalid", "cursor")
    assert str(error) == (
        "the cursor is not valid here: it is changed, expired, or of another question; "
        "start again without it"
    )
    assert error.__context__ is None
    assert list(error.details) == ["reason"]
    return error.details["reason"]


def raw(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@both_forms
def test_a_cursor_gives_its_position_back(make: Make) -> None:
    assert opened(make(POSITION, binding=BINDING, keys=KEYS)) == POSITION


@both_forms
def test_any_texts_come_back_as_they_were(make: Make) -> None:
    random = Random(20)
    letters = "a#%$!\x00\n\uffff\U0001f5d3é "
    for _ in range(500):
        position = {
            f"{n}" + "".join(random.choices(letters, k=random.randrange(4))): "".join(
                random.choices(letters, k=random.randrange(80))
            )
            for n in range(random.randint(1, 5))
        }
        assert opened(make(position, binding=BINDING, keys=KEYS)) == position


@both_forms
def test_the_longest_keys_that_dynamodb_stores_fit(make: Make) -> None:
    position = {
        "p" * 255: "x" * 2_048,
        "q" * 255: "y" * 2_048,
        "r" * 255: "ü" * 512,
        "s" * 255: "z" * 1_024,
    }
    assert opened(make(position, binding=BINDING, keys=KEYS)) == position


@both_forms
def test_a_cursor_is_text_that_a_link_carries_unescaped(make: Make) -> None:
    for n in range(3):  # tokens that end in 0, 2 and 4 spare bits
        token = make({**POSITION, "sk": "x" * n}, binding=BINDING, keys=KEYS, expires_at=NOW)
        assert set(token) <= set(ALPHABET)


def test_equal_positions_make_equal_signed_cursors() -> None:
    shuffled = dict(reversed(POSITION.items()))
    tokens = {sign(position, binding=BINDING, keys=KEYS) for position in (POSITION, shuffled)}
    assert len(tokens) == 1


def test_equal_positions_make_different_sealed_cursors() -> None:
    assert len({seal(POSITION, binding=BINDING, keys=KEYS) for _ in range(20)}) == 20


@both_forms
def test_every_single_flipped_bit_is_refused(make: Make) -> None:
    for n in range(10):
        content = raw(make({**POSITION, "sk": f"Task#{n}#"}, binding=BINDING, keys=KEYS))
        for bit in range(len(content) * 8):
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            reason(text(bytes(changed)))


@both_forms
def test_every_truncation_and_extension_is_refused(make: Make) -> None:
    token = make(POSITION, binding=BINDING, keys=KEYS)
    for length in range(len(token)):
        reason(token[:length])
    for letter in ALPHABET:
        reason(token + letter)
        reason(letter + token)


@both_forms
def test_10000_tampered_cursors_are_refused(make: Make) -> None:
    random = Random(21)
    tokens = [
        make({"pk": f"User#{n}#", "sk": "Task#" + "1" * n}, binding=BINDING, keys=KEYS)
        for n in range(40)
    ]
    issued = set(tokens)
    refused = 0
    while refused < 10_000:
        token = _tampered(random, random.choice(tokens), random.choice(tokens))
        if token not in issued:
            reason(token)
            refused += 1


def _tampered(random: Random, token: str, other: str) -> str:
    at = random.randrange(len(token))
    match random.randrange(6):
        case 0:  # another letter
            return token[:at] + random.choice(ALPHABET) + token[at + 1 :]
        case 1:  # a letter lost
            return token[:at] + token[at + 1 :]
        case 2:  # a letter more
            return token[:at] + random.choice(ALPHABET) + token[at:]
        case 3:  # two cursors spliced
            return token[:at] + other[at:]
        case 4:  # two neighbours swapped
            return token[:at] + token[at + 1 : at + 2] + token[at] + token[at + 2 :]
        case _:  # one cursor's position under the other one's tag
            return text(raw(token)[:-16] + raw(other)[-16:])


OTHERS = [
    replace(BINDING, table="todo2"),
    replace(BINDING, pattern="Tasks.completed"),
    replace(BINDING, plan="plan 2"),
    replace(BINDING, arguments=("bob", "2026-11-23")),
    replace(BINDING, arguments=("ann",)),
    replace(BINDING, arguments=("ann", "2026-11-23", "")),
    replace(BINDING, arguments=("ann2026-11-23",)),
    replace(BINDING, arguments=("2026-11-23", "ann")),
    replace(BINDING, arguments=()),
    replace(BINDING, tenant="Acme"),
    replace(BINDING, tenant=""),
    replace(BINDING, tenant=None),
    replace(BINDING, tenant=None, arguments=("acme", "ann", "2026-11-23")),
    replace(BINDING, direction="descending"),
    replace(BINDING, table="todoTasks", pattern=".due"),
]


@both_forms
def test_a_cursor_of_any_other_question_is_refused(make: Make) -> None:
    for made, asked in permutations([BINDING, *OTHERS], 2):
        assert reason(make(POSITION, binding=made, keys=KEYS), binding=asked) == "signature"


def test_no_two_bindings_share_a_digest() -> None:
    random = Random(22)
    bindings = {
        Binding(
            random.choice(("", "a", "ab")),
            random.choice(("", "b", "bc")),
            random.choice(("", "c")),
            tuple(random.choices(("", "a", "b", "ab", "\0", "\ud800"), k=random.randrange(4))),
            tenant=random.choice((None, "", "a")),
            direction=random.choice(("ascending", "descending")),
        )
        for _ in range(20_000)
    }
    assert len({binding.digest for binding in bindings}) == len(bindings)


@both_forms
def test_a_cursor_under_another_key_is_refused(make: Make) -> None:
    other = CursorKeys.of(b"another key of 32 bytes and more")
    assert reason(make(POSITION, binding=BINDING, keys=other)) == "signature"


@both_forms
def test_keys_are_rotated_without_losing_the_cursors_that_are_out(make: Make) -> None:
    old, new, third = (letter * 32 for letter in (b"a", b"b", b"c"))
    token = make(POSITION, binding=BINDING, keys=CursorKeys.of(old))
    assert opened(token, keys=CursorKeys.of([new, old])) == POSITION
    assert reason(token, keys=CursorKeys.of([third, new])) == "signature"
    rotated = make(POSITION, binding=BINDING, keys=CursorKeys.of((new, old)))
    assert opened(rotated, keys=CursorKeys.of(new)) == POSITION
    assert reason(rotated, keys=CursorKeys.of(old)) == "signature"


@both_forms
def test_a_cursor_is_good_until_the_instant_it_expires(make: Make) -> None:
    token = make(POSITION, binding=BINDING, keys=KEYS, expires_at=NOW)
    just_before = NOW - timedelta(microseconds=1)
    assert opened(token, now=just_before) == POSITION
    assert opened(token, now=just_before.astimezone(timezone(timedelta(hours=9)))) == POSITION
    assert reason(token, now=NOW) == "expired"
    assert reason(token, now=NOW + timedelta(days=999)) == "expired"


@both_forms
def test_a_cursor_without_an_expiry_is_good_for_ever(make: Make) -> None:
    token = make(POSITION, binding=BINDING, keys=KEYS)
    assert opened(token, now=datetime.max.replace(tzinfo=UTC)) == POSITION


@both_forms
@pytest.mark.parametrize("expires_at", [NOW.replace(tzinfo=None), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_naive_or_ancient_expiry_is_refused(make: Make, expires_at: datetime) -> None:
    with pytest.raises(InputError, match="aware datetime") as caught:
        make(POSITION, binding=BINDING, keys=KEYS, expires_at=expires_at)
    assert (caught.value.code, caught.value.field) == ("cursor.expiry", "expires_at")


@both_forms
def test_only_one_spelling_of_a_cursor_is_accepted(make: Make) -> None:
    for n in range(3):  # tokens that end in 0, 2 and 4 spare bits
        token = make({"pk": "x" * n}, binding=BINDING, keys=KEYS)
        padded = token + "=" * (-len(token) % 4)
        others = {
            *(token + end for end in ("=", "==", "\n", " ", "\x00", ".", "%3D")),
            *(start + token for start in (" ", "\n", "=", "-")),
            *(token[:-1] + letter for letter in ALPHABET),
            padded,
            token.replace("_", "/").replace("-", "+"),
            token[:5] + "\n" + token[5:],
            token[:5] + "!" + token[5:],
        } - {token}
        for other in others:
            reason(other)


@pytest.mark.parametrize("token", ["", "=", "A", "AQ", "AQ==", "é", None, 7, b"AQ", ["AQ"]])
def test_what_is_no_token_at_all_is_refused(token: object) -> None:
    assert reason(token) == "form"


def test_an_overlong_token_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("decoded")

    monkeypatch.setattr("tabledesign.repository.cursor.urlsafe_b64decode", never)
    assert reason("A" * 12_289) == "form"


@given(st.text() | st.text(ALPHABET, min_size=30))
@example("AQ" + "A" * 60)
@example("Ag" + "A" * 90)
def test_no_text_but_an_issued_cursor_is_accepted(token: str) -> None:
    reason(token)


@given(st.sampled_from([b"\x01", b"\x02"]), st.binary(max_size=200))
def test_no_bytes_but_an_issued_cursor_are_accepted(version: bytes, rest: bytes) -> None:
    reason(text(version + rest))


@both_forms
def test_no_other_version_is_read(make: Make) -> None:
    content = raw(make(POSITION, binding=BINDING, keys=KEYS))
    for version in range(256):
        if version != content[0]:
            assert reason(text(bytes([version]) + content[1:])) in {"form", "signature"}


@pytest.mark.parametrize(
    "body", [b"\x00", b"\x00\x01a\x00\x02b", b"\x00\x01a", b"\x00\x01\xff\x00\x01a"]
)
def test_a_genuine_cursor_of_unknown_content_is_refused(
    monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    def packed(_: object) -> bytes:
        return body

    monkeypatch.setattr("tabledesign.repository.cursor._packed", packed)
    for make in (sign, seal):
        assert reason(make(POSITION, binding=BINDING, keys=KEYS)) == "content"


def test_a_sealed_cursor_shows_nothing_of_its_position() -> None:
    for n in range(500):
        canary = f"canary-{n}@example.org"
        token = seal({"pk": canary, "canary": "x"}, binding=BINDING, keys=KEYS)
        assert b"canary" not in raw(token)
        assert b"example" not in raw(token)
        assert "canary" not in token


@both_forms
def test_a_cursor_shows_nothing_of_the_question_or_the_keys(make: Make) -> None:
    content = raw(make({"pk": "x"}, binding=BINDING, keys=KEYS))
    shown = (BINDING.table, BINDING.pattern, BINDING.plan, *BINDING.arguments, "acme", "current")
    assert not any(text.encode() in content for text in shown)


def test_keys_do_not_show_in_their_form() -> None:
    assert repr(KEYS) == "CursorKeys()"


def test_sealing_takes_its_randomness_from_the_clock_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "random_bytes", bytes)
    tokens = {seal(POSITION, binding=BINDING, keys=KEYS) for _ in range(2)}
    assert len(tokens) == 1
    assert opened(tokens.pop()) == POSITION


def test_without_the_encryption_package_sealing_is_refused_and_signing_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = seal(POSITION, binding=BINDING, keys=KEYS)
    signed = sign(POSITION, binding=BINDING, keys=KEYS)
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match="pip install") as caught:
        seal(POSITION, binding=BINDING, keys=KEYS)
    assert caught.value.code == "cursor.needs_encryption"
    assert opened(signed) == POSITION
    with pytest.raises(CursorInvalid) as refused:
        opened(sealed)
    assert refused.value.details == {"reason": "encryption_missing"}


@pytest.mark.parametrize(
    ("cursor_keys", "words"),
    [
        (b"x" * 31, "31 bytes"),
        (b"", "0 bytes"),
        ([b"x" * 32, b"y" * 31], "31 bytes"),
        ([], "0 keys"),
        ([b"x" * 32] * 3, "3 keys"),
        ("x" * 32, "of type str"),
        (["x" * 32], "of type str"),
        (bytearray(32), "of type bytearray"),
        (None, "of type NoneType"),
        (32, "of type int"),
    ],
)
def test_weak_keys_are_refused_without_being_shown(cursor_keys: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        CursorKeys.of(cursor_keys)
    assert (caught.value.code, caught.value.field) == ("cursor.weak_key", "cursor_keys")
    assert "xxx" not in caught.value.message


@both_forms
@pytest.mark.parametrize(
    "position", [{}, {"pk": 7}, {"pk": {"S": "x"}}, {"pk": "\ud800"}, {"pk": "x" * 2_049}]
)
def test_a_position_that_is_no_key_is_refused(make: Make, position: Any) -> None:
    with pytest.raises(InputError) as caught:
        make(position, binding=BINDING, keys=KEYS)
    assert caught.value.code == "cursor.position"
