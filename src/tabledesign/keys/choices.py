"""Values chosen from a short list: bool, Enum and Literal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.numbers import Integer
from tabledesign.keys.scalar import Kind, Scalar, refuse, wrong_kind
from tabledesign.keys.text import Text

__all__ = ["Boolean", "Choice", "EnumMember"]


@dataclass(frozen=True, slots=True)
class Boolean(Scalar):
    """``false`` before ``true``.

    >>> Boolean().encode(True, field="done")
    'true'
    """

    kind: Kind = "boolean"
    python_type: type[bool] = bool
    sample: str = "false"
    texts: tuple[str, ...] = ("false", "true")

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, bool):
            raise wrong_kind(field, value, "true or false", "pass a bool")
        return "true" if value else "false"

    def _read(self, text: str) -> bool:
        return text == "true"


def _text_of(value: str | int) -> str:
    writer = Text() if isinstance(value, str) else Integer()
    return writer.encode(value, field="")


@dataclass(frozen=True, slots=True)
class EnumMember(Scalar):
    """A member of an Enum, written and ordered by its value; all values are str, or all int."""

    kind: Kind = "enum"
    python_type: type[Enum] = Enum
    sample: str = ""
    texts: tuple[str, ...] = ()
    members: Mapping[str, Enum] = field(default_factory=dict[str, Enum], compare=False, repr=False)
    written: Mapping[str, str] = field(default_factory=dict[str, str], compare=False, repr=False)

    @classmethod
    def of(cls, python_type: type[Enum]) -> EnumMember:
        """The codec for this Enum; raises `ValueError` where its values cannot stand in a key."""
        members = list(python_type)
        texts = _texts_of([member.value for member in members])
        return cls(
            python_type=python_type,
            sample=texts[0],
            texts=texts,
            below_tilde=all(text < "~" for text in texts),
            members=dict(zip(texts, members, strict=True)),
            written={member.name: text for member, text in zip(members, texts, strict=True)},
        )

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, self.python_type):
            name = self.python_type.__name__
            raise wrong_kind(field, value, f"a member of {name}", f"pass a {name}")
        return self.written[value.name]

    def _read(self, text: str) -> Enum:
        if text not in self.members:
            raise ValueError("not the key text of a member")
        return self.members[text]


@dataclass(frozen=True, slots=True)
class Choice(Scalar):
    """One of the values of a Literal, all of them str or all int."""

    kind: Kind = "literal"
    python_type: type[str] | type[int] = str
    sample: str = ""
    texts: tuple[str, ...] = ()
    written: Mapping[object, str] = field(
        default_factory=dict[object, str], compare=False, repr=False
    )

    @classmethod
    def of(cls, values: tuple[object, ...]) -> Choice:
        """The codec for these values; raises `ValueError` where they cannot stand in a key."""
        texts = _texts_of(values)
        return cls(
            python_type=str if isinstance(values[0], str) else int,
            sample=texts[0],
            texts=texts,
            below_tilde=all(text < "~" for text in texts),
            written=dict(zip(values, texts, strict=True)),
        )

    def encode(self, value: object, *, field: str) -> str:
        name = self.python_type.__name__
        if type(value) is not self.python_type:
            raise wrong_kind(field, value, f"a plain {name}", f"pass one of its {name} values")
        text = self.written.get(value)
        if text is None:
            raise refuse(
                "key.out_of_range",
                field,
                "holds a value that its Literal does not name; pass one that it names",
            )
        return text

    def _read(self, text: str) -> object:
        return next((value for value, known in self.written.items() if known == text), None)


def _texts_of(values: Sequence[object]) -> tuple[str, ...]:
    """The texts of values that are all str or all int, or `ValueError`."""
    if not values:
        raise ValueError("it names no value")
    for wanted in (str, int):
        chosen = [v for v in values if isinstance(v, wanted) and not isinstance(v, bool | Enum)]
        if len(chosen) == len(values):
            try:
                return tuple(_text_of(value) for value in chosen)
            except InputError as error:
                raise ValueError("one of its values is empty, too large or no UTF-8") from error
    raise ValueError("its values are neither all str nor all int")
