"""UUIDs and bytes in keys, both in lower-case hexadecimal digits."""

from __future__ import annotations

from uuid import UUID

from tabledesign.dataclass import dataclass
from tabledesign.keys.scalar import Kind, Scalar, refuse, wrong_kind

__all__ = ["Binary", "Uuid"]


@dataclass(frozen=True, slots=True)
class Uuid(Scalar):
    """A UUID in its usual form of 36 characters.

    >>> Uuid().encode(UUID(int=10), field="id")
    '00000000-0000-0000-0000-00000000000a'
    """

    kind: Kind = "uuid"
    python_type: type[UUID] = UUID
    sample: str = "00000000-0000-0000-0000-000000000000"

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, UUID):
            raise wrong_kind(field, value, "a UUID", "pass a uuid.UUID")
        return UUID.__str__(value)

    def _read(self, text: str) -> UUID:
        return UUID(text)


@dataclass(frozen=True, slots=True)
class Binary(Scalar):
    r"""Bytes, two digits each.

    >>> Binary().encode(b"\x00\xff", field="digest")
    '00ff'
    """

    kind: Kind = "bytes"
    python_type: type[bytes] = bytes
    sample: str = "00"

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, bytes):
            raise wrong_kind(field, value, "bytes", "pass bytes")
        if not value:
            raise refuse(
                "key.empty_part",
                field,
                "needs bytes, and none were given; pass at least one, "
                "or None where the part may be absent",
            )
        return value.hex()

    def _read(self, text: str) -> bytes:
        return bytes.fromhex(text)
