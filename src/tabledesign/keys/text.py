"""Text in keys, and the escaping that keeps every component inside its bounds."""

from __future__ import annotations

import re

from tabledesign.dataclass import dataclass
from tabledesign.keys.scalar import Kind, Scalar, refuse, wrong_kind

__all__ = ["Text", "checked", "escape", "unescape"]

_LOW = re.compile("[\x00-\x25]")
_ESCAPED = re.compile("(?:[^\x00-\x25]|%[01][0-9A-F]|%2[0-5])*")
_ESCAPE = re.compile("%(..)")


def escape(text: str) -> str:
    """The text with every code point up to ``%`` (U+0025) written as ``%XX``.

    The delimiter ``#`` (U+0023) and the marks around it (``!``, ``"``, ``$``) then stand in no
    component. Escaping all code points up to the escape sign, not the delimiter alone, is what
    keeps the order: a terminator must sort below whatever may follow it inside a longer value.

    >>> escape("50% #1")
    '50%25%20%231'
    """
    if _LOW.search(text) is None:
        return text
    return _LOW.sub(lambda match: f"%{ord(match[0]):02X}", text)


def unescape(text: str) -> str:
    """The text that was escaped; raises `ValueError` for what `escape` never writes."""
    if _ESCAPED.fullmatch(text) is None:
        raise ValueError("not an escaped text")
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def checked(text: str, *, field: str) -> str:
    """The text itself, if it is not empty and can be written as UTF-8."""
    if not text:
        raise refuse(
            "key.empty_part",
            field,
            "needs text, and an empty string was given; pass at least one character, "
            "or None where the part may be absent",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise refuse(
            "key.lone_surrogate",
            field,
            "holds half of a surrogate pair, which UTF-8 cannot carry; "
            "decode the text properly before it is used in a key",
        ) from None
    return text


@dataclass(frozen=True, slots=True)
class Text(Scalar):
    """Text as it is: case is never folded and nothing is normalised.

    >>> Text().encode("a#b", field="name")
    'a%23b'
    """

    kind: Kind = "text"
    text_prefixable: bool = True
    below_tilde: bool = False
    sample: str = "x"

    python_type: type[str] = str

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_kind(field, value, "text", "pass a str")
        return escape(checked(str.__str__(value), field=field))

    def _read(self, text: str) -> str:
        value = unescape(text)
        return value if self.python_type is str else self.python_type(value)
