"""Cursors: where a page ended, as text that only its own question accepts again.

A token is base64url, unpadded, of::

    signed   01  expiry(8)              position               tag(16)
    sealed   02  expiry(8)  nonce(24)   AES-256-GCM(position)  tag(16)

The expiry counts microseconds since 1970, 0 is never. What the cursor is bound to stands
under the tag but not in the token, so a foreign cursor fails as a forged one does. The tag of
a signed cursor is HMAC-SHA256 cut to its left half: a forger can only try against the
service, 128 bits are beyond that (RFC 2104 allows the half), and every link is 21 characters
shorter. Nothing of a token is looked into before its tag has been found right.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, NoReturn, cast

from tabledesign import clock
from tabledesign.dataclass import dataclass, field
from tabledesign.errors import CursorInvalid, InputError
from tabledesign.limits import PARTITION_KEY_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Binding", "CursorKeys", "read", "seal", "sign"]

_KEY_BYTES: Final = 32
_SIGNED: Final = b"\x01"
_SEALED: Final = b"\x02"
_HEADER: Final = 9
_NONCE: Final = 24
_TAG: Final = 16
_COUNT: Final = 2

# The longest position is a table key and an index key, 2,048 + 1,024 bytes each, with four
# attribute names of up to 255: under 10,000 characters.
_TOKEN_CHARACTERS: Final = 12 * 1_024

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT: Final = timedelta(microseconds=1)

_Reason = Literal["form", "signature", "expired", "content", "encryption_missing"]


@dataclass(frozen=True, slots=True)
class CursorKeys:
    """The secrets behind cursors: the current one makes them, both are good for reading.

    To rotate, put the new key first and keep the old one until its cursors have expired.

    >>> CursorKeys.of([b"new key, 32 bytes or more ......", b"old key, 32 bytes or more ......"])
    CursorKeys()
    """

    current: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for key in self.every:
            _check_key(key)

    @classmethod
    def of(cls, cursor_keys: bytes | Sequence[bytes]) -> CursorKeys:
        """One key, or the current and the previous one; else `InputError` ``cursor.weak_key``."""
        keys = tuple(cursor_keys) if isinstance(cursor_keys, list | tuple) else (cursor_keys,)
        if not 1 <= len(keys) <= 2:
            raise InputError(
                f"cursor_keys holds {len(keys)} keys; "
                "give the current one, and during a rotation the previous one after it",
                code="cursor.weak_key",
                field="cursor_keys",
            )
        return cls(*cast("tuple[bytes, ...]", keys))

    @property
    def every(self) -> tuple[bytes, ...]:
        """The keys to try when reading."""
        return (self.current,) if self.previous is None else (self.current, self.previous)


@dataclass(frozen=True, slots=True)
class Binding:
    """The question a cursor continues; with any other question it is refused.

    ``plan`` is a fingerprint of the compiled request, so that a cursor does not outlive a
    change of the design. ``arguments`` are texts, each the canonical form of one argument in
    the order of the pattern's parameters. A tenant of None is not the tenant named "".

    >>> binding = Binding("todo", "Tasks.due", "c0ffee", ("ann",))
    >>> binding.digest == Binding("todo", "Tasks.due", "c0ffee", ("ann",), tenant="").digest
    False
    """

    table: str
    pattern: str
    plan: str
    arguments: tuple[str, ...]
    tenant: str | None = None
    direction: Literal["ascending", "descending"] = "ascending"

    @property
    def digest(self) -> bytes:
        """32 bytes that no other binding has."""
        names = (self.table, self.pattern, self.plan, self.direction)
        tenant = () if self.tenant is None else (self.tenant,)
        digest = sha256()
        for group in (names, tenant, self.arguments):
            digest.update(len(group).to_bytes(4))
            for text in group:
                # An argument may be any Python text; with its length ahead, no two run together.
                encoded = text.encode("utf-8", "surrogatepass")
                digest.update(len(encoded).to_bytes(4) + encoded)
        return digest.digest()


def sign(
    position: Mapping[str, str],
    *,
    binding: Binding,
    keys: CursorKeys,
    expires_at: datetime | None = None,
) -> str:
    """A cursor whose position can be read by whoever holds it, but not changed.

    Only for positions of attributes that the caller was handed anyway; `seal` is for others.

    >>> keys = CursorKeys.of(b"k" * 32)
    >>> binding = Binding("todo", "Tasks.due", "c0ffee", ("ann",))
    >>> token = sign({"pk": "User#ann#", "sk": "Task#1#"}, binding=binding, keys=keys)
    >>> read(token, binding=binding, keys=keys, now=clock.now())
    {'pk': 'User#ann#', 'sk': 'Task#1#'}
    """
    message = _SIGNED + _expiry(expires_at) + _packed(position)
    return _text(message + _tag(keys.current, binding, message))


def seal(
    position: Mapping[str, str],
    *,
    binding: Binding,
    keys: CursorKeys,
    expires_at: datetime | None = None,
) -> str:
    """A cursor whose position nobody else can read: AES-256-GCM, the binding authenticated.

    Without the package `cryptography` it is refused (``cursor.needs_encryption``).
    """
    header, nonce = _SEALED + _expiry(expires_at), clock.random_bytes(_NONCE)
    try:
        cipher = _cipher(keys.current, nonce)
    except ImportError:
        raise InputError(
            "the cursor would show attributes that the caller was not handed, and encryption is "
            "not installed; pip install tabledesign[encryption], or ask without the filter",
            code="cursor.needs_encryption",
        ) from None
    sealed = cipher.encrypt(nonce[12:], _packed(position), _associated(binding, header))
    return _text(header + nonce + sealed)


def read(token: str, *, binding: Binding, keys: CursorKeys, now: datetime) -> dict[str, str]:
    """The position in a signed or sealed cursor, or `CursorInvalid`, whatever is wrong with it."""
    raw = _bytes(token)
    if raw[:1] == _SIGNED and len(raw) >= _HEADER + _TAG:
        body = _opened_signed(raw, binding, keys)
    elif raw[:1] == _SEALED and len(raw) >= _HEADER + _NONCE + _TAG:
        body = _opened_sealed(raw, binding, keys)
    else:
        _refuse("form")
    expiry = int.from_bytes(raw[1:_HEADER])
    if expiry and (now - _EPOCH) // _INSTANT >= expiry:
        _refuse("expired")
    return _unpacked(body)


def _opened_signed(raw: bytes, binding: Binding, keys: CursorKeys) -> bytes:
    message, tag = raw[:-_TAG], raw[-_TAG:]
    # Every key is tried, so that the time tells nothing of which one it was.
    verdicts = [hmac.compare_digest(_tag(key, binding, message), tag) for key in keys.every]
    if not any(verdicts):
        _refuse("signature")
    return message[_HEADER:]


def _opened_sealed(raw: bytes, binding: Binding, keys: CursorKeys) -> bytes:
    try:
        from cryptography.exceptions import InvalidTag
    except ImportError:
        _refuse("encryption_missing")
    header, nonce = raw[:_HEADER], raw[_HEADER : _HEADER + _NONCE]
    for key in keys.every:
        cipher = _cipher(key, nonce)
        with suppress(InvalidTag):
            return cipher.decrypt(nonce[12:], raw[_HEADER + _NONCE :], _associated(binding, header))
    return _refuse("signature")


def _tag(key: bytes, binding: Binding, message: bytes) -> bytes:
    covered = b"tabledesign cursor signed" + binding.digest + message
    return hmac.digest(key, covered, "sha256")[:_TAG]


def _associated(binding: Binding, header: bytes) -> bytes:
    return binding.digest + header


def _cipher(key: bytes, nonce: bytes) -> AESGCM:
    # A key of its own for each cursor, made from half of the nonce: with one key for all, 96
    # random bits would have to be retired after 2**32 cursors (NIST SP 800-38D, 8.3).
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(SHA256(), length=32, salt=nonce[:12], info=b"tabledesign cursor sealed")
    return AESGCM(derive.derive(key))


def _expiry(expires_at: datetime | None) -> bytes:
    if expires_at is None:
        return bytes(8)
    if expires_at.tzinfo is None or expires_at <= _EPOCH:
        raise InputError(
            "expires_at is naive or before 1970; give an aware datetime, such as one in UTC",
            code="cursor.expiry",
            field="expires_at",
        )
    return ((expires_at - _EPOCH) // _INSTANT).to_bytes(8)


def _packed(position: Mapping[str, str]) -> bytes:
    # In the order of the names: equal positions make equal cursors.
    texts = [text for name in sorted(position) for text in (name, position[name])]
    if not texts:
        raise InputError(
            "the position holds no attribute; give the key of the last row handed out",
            code="cursor.position",
        )
    packed = bytearray()
    for text in texts:
        encoded = _encoded(text)
        packed += len(encoded).to_bytes(_COUNT) + encoded
    return bytes(packed)


def _encoded(text: object) -> bytes:
    if not isinstance(text, str):
        raise InputError(
            f"the position holds a value of type {type(text).__name__}; "
            "give the texts of the stored key",
            code="cursor.position",
        )
    encoded = text.encode(errors="replace")
    if len(encoded) > PARTITION_KEY_BYTES or encoded.decode() != text:
        raise InputError(
            f"the position holds a text of {len(encoded)} bytes that is longer than the "
            f"{PARTITION_KEY_BYTES} of a key, or no Unicode; give the texts of the stored key",
            code="cursor.position",
        )
    return encoded


def _unpacked(body: bytes) -> dict[str, str]:
    # The tag was right, so this service wrote it; what does not fit is from another version.
    texts: list[bytes] = []
    at = 0
    while at < len(body):
        start = at + _COUNT
        at = start + int.from_bytes(body[at:start])
        texts.append(body[start:at])
    if at != len(body) or len(texts) % 2:
        _refuse("content")
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return {_decoded(name): _decoded(value) for name, value in pairs}


def _decoded(raw: bytes) -> str:
    text = raw.decode(errors="replace")
    if text.encode() != raw:
        _refuse("content")
    return text


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(token: object) -> bytes:
    if not isinstance(token, str) or not token.isascii() or len(token) > _TOKEN_CHARACTERS:
        _refuse("form")
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raw = b""
    # The decoder skips foreign characters and ignores spare bits; only one spelling is a token.
    if not raw or _text(raw) != token:
        _refuse("form")
    return raw


def _refuse(reason: _Reason) -> NoReturn:
    raise CursorInvalid(
        "the cursor is not valid here: it is changed, expired, or of another question; "
        "start again without it",
        code="cursor.invalid",
        field="cursor",
        details={"reason": reason},
    )


def _check_key(key: object) -> None:
    if not isinstance(key, bytes) or len(key) < _KEY_BYTES:
        found = (
            f"{len(key)} bytes long" if isinstance(key, bytes) else f"of type {type(key).__name__}"
        )
        raise InputError(
            f"a cursor key is {found} and must be bytes, at least {_KEY_BYTES}; "
            "make one with secrets.token_bytes(32) and keep it as a secret",
            code="cursor.weak_key",
            field="cursor_keys",
        )
