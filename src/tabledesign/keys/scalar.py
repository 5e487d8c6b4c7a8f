"""What the codec of one type of value promises, and the refusals all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal, final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["Kind", "Scalar", "refuse", "wrong_kind"]

Kind = Literal[
    "text",
    "integer",
    "decimal",
    "boolean",
    "date",
    "datetime",
    "uuid",
    "bytes",
    "enum",
    "literal",
]


@dataclass(frozen=True, slots=True)
class Scalar(ABC):
    """Writes the values of one type as component text, and reads them back.

    Every subclass keeps three promises: different values have different texts, the UTF-8 byte
    order of the texts is the order of the values (a shorter text before its continuations, as
    the terminator ``#`` sorts below every character of a component), and `decode` undoes
    `encode`.

    ``sample`` is one of the texts and ``texts`` all of them, where they are few.
    ``text_prefixable`` says that a prefix of the value is a prefix of its text, ``below_tilde``
    that no text starts at or above ``~``, the mark of an absent part that comes last.
    """

    kind: Kind
    python_type: type[object]
    sample: str
    texts: tuple[str, ...] | None = None
    text_prefixable: bool = False
    below_tilde: bool = True

    @abstractmethod
    def encode(self, value: object, *, field: str) -> str:
        """The component's text, escaped, without its terminator; raises `InputError`."""

    @abstractmethod
    def _read(self, text: str) -> object:
        """The value of a text this type may have written, or `ValueError`."""

    @final
    def decode(self, text: str) -> object:
        """The value of a text that `encode` wrote; raises `ValueError` for any other text."""
        try:
            value = self._read(text)
            known = self.encode(value, field="") == text
        except (InputError, ArithmeticError) as error:
            raise ValueError(f"not the key text of a {self.kind}") from error
        if not known:
            raise ValueError(f"not the key text of a {self.kind}")
        return value


def refuse(code: str, field: str, fault: str) -> InputError:
    """An error that names the field; the value itself is never shown."""
    return InputError(f"key field {field!r} {fault}", code=code, field=field)


def wrong_kind(field: str, value: object, needs: str, remedy: str) -> InputError:
    """The error for a value of another type than the field's."""
    given = type(value).__name__
    return refuse("key.wrong_kind", field, f"needs {needs}, and a {given} was given; {remedy}")
