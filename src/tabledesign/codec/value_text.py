"""The code that writes a value as JSON in DynamoDB's form: an expression for each kind.

It takes the usual values alone, told by their exact class. For anything else it raises, whatever
it raises, and the plain encoder looks at the whole entity.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final, NamedTuple
from uuid import UUID

from tabledesign.codec.depth import check_depth, deepest
from tabledesign.codec.kind import Encode, Kind
from tabledesign.codec.moments import EPOCH, instant_text
from tabledesign.codec.numbers import decimal_text
from tabledesign.codec.record import FieldCodec, Record
from tabledesign.codec.scalars import DECIMAL, FLOAT, WHOLE, checked_text
from tabledesign.codec.source import Local, Odd, Source, text_of
from tabledesign.wire import AttributeValue, json_text

__all__ = ["KNOWN", "Form", "ValueWriter"]

NULL: Final = '{"NULL":true}'
MAP: Final = '{"M":{'


class Form(NamedTuple):
    """A value's text: ``before`` and ``after`` never change, ``code`` gives what is between."""

    before: str
    code: str
    after: str

    @property
    def whole(self) -> str:
        """One expression for all of it."""
        if not self.before and not self.after:
            return f"({self.code})"
        return f"({self.before!r} + ({self.code}) + {self.after!r})"


def _odd(value: object) -> str:
    raise Odd(type(value))


def _text(value: Any) -> str:
    return quoted(checked_text(str.__str__(value)))


def _number(encode: Encode) -> Callable[[Any], str]:
    return lambda value: encode(value)["N"]


def _binary(value: bytes) -> str:
    return b2a_base64(value, newline=False).decode("ascii")


def _texts(values: Any) -> str:
    # One pass finds that they are texts, and that none has to be looked at closely.
    write = quoted if "".join(values).isascii() else _text
    return '{"S":' + '},{"S":'.join(map(write, values)) + "}" if values else ""


def _text_set(values: Any) -> str:
    if set(map(type, values)) != {str}:
        raise Odd(values)
    write = quoted if "".join(values).isascii() else _text
    return ",".join(map(write, sorted(values)))


def _entry(name: Any) -> str:
    if name.__class__ is not str or not name:
        raise Odd(name)
    return f"{_text(name)}:"


KNOWN: Final[Mapping[str, object]] = {
    "quoted": quoted,
    "odd": _odd,
    "text": _text,
    "whole": _number(WHOLE.encode),
    "decimal": _number(DECIMAL.encode),
    "binary_float": _number(FLOAT.encode),
    "seconds": _number(EPOCH.encode),
    "decimal_text": decimal_text,
    "instant_text": instant_text,
    "binary": _binary,
    "texts": _texts,
    "text_set": _text_set,
    "entry": _entry,
    "Decimal": Decimal,
    "UUID": UUID,
    "date": date,
    "datetime": datetime,
}
"""What the code of every writer speaks of."""

_SCALARS: Final[Mapping[str, Form]] = {
    "text": Form('{"S":', "quoted($) if $.isascii() else text($)", "}"),
    # Below 2^126 no number has more than 38 digits.
    "whole number": Form(
        '{"N":"', "f'{$}' if $.__class__ is int and $.bit_length() < 127 else whole($)", '"}'
    ),
    "decimal number": Form(
        '{"N":"', "decimal_text($) if $.__class__ is Decimal else decimal($)", '"}'
    ),
    "float": Form('{"N":"', "binary_float($)", '"}'),
    "true or false": Form(
        '{"BOOL":', "'true' if $ is True else 'false' if $ is False else odd($)", "}"
    ),
    "null": Form("", f"{NULL!r} if $ is None else odd($)", ""),
    "binary": Form('{"B":"', "binary($) if $.__class__ is bytes else odd($)", '"}'),
    "UUID": Form('{"S":"', "str($) if $.__class__ is UUID else odd($)", '"}'),
    "date": Form('{"S":"', "$.isoformat() if $.__class__ is date else odd($)", '"}'),
    "moment": Form('{"S":"', "instant_text($) if $.__class__ is datetime else odd($)", '"}'),
    "moment in seconds": Form('{"N":"', "seconds($)", '"}'),
}

BARE: Final = frozenset({"UUID", "date", "moment", "true or false"})
"""Kinds whose code gives the same text as stands in keys."""


class ValueWriter:
    """Writes the code of values, and one function for each nested model."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._functions: dict[Record, str] = {}

    def form(self, kind: Kind, at: str) -> Form:
        """How a value of a kind is written that stands at a local name."""
        if deepest(kind) == float("inf"):
            return self._plainly(kind, at)
        form = self._bare(kind, at)
        if not kind.nullable or kind.name == "null":
            return form
        return Form("", f"{NULL!r} if {at} is None else {form.whole}", "")

    def fields(self, record: Record) -> tuple[list[str], dict[str, str], list[str | Local]]:
        """The lines that compute a record's members, the texts that keys may share, and the parts.

        Each part begins with a comma, so that any of them may be left out.
        """
        lines: list[str] = []
        shared: dict[str, str] = {}
        parts: list[str | Local] = []
        for number, field in enumerate(record.fields.values()):
            at, member = f"x{number}", f",{quoted(field.stored_name)}:"
            lines.append(f"{at} = v[{field.name!r}]")
            form = self.form(field.kind, at)
            if _is_bare(field.kind):
                shared[field.name] = f"i{number}"
                code = self._bare(field.kind, at).code
                if field.kind.nullable:
                    lines.append(f"i{number} = None if {at} is None else {code}")
                    inner = self._bare(field.kind, at)._replace(code=f"i{number}")
                    form = Form("", f"{NULL!r} if {at} is None else {inner.whole}", "")
                else:
                    lines.append(f"i{number} = {code}")
                    form = form._replace(code=f"i{number}")
            if field.skip == "never":
                if form.code != f"i{number}":
                    lines.append(f"t{number} = {form.code}")
                    form = form._replace(code=f"t{number}")
                parts += [member + form.before, Local(form.code), form.after]
            else:
                skipped = self._skipped(field, at)
                lines.append(f"t{number} = '' if {skipped} else {member!r} + {form.whole}")
                parts.append(Local(f"t{number}"))
        return lines, shared, parts

    def function(self, record: Record) -> str:
        """The name of the function that writes an instance of a nested model."""
        if record in self._functions:
            return self._functions[record]
        lines, _, parts = self.fields(record)
        name = self._functions[record] = f"write{len(self._functions)}"
        self.source.add(
            f"def {name}(e):",
            f"    if e.__class__ is not {self.source.name(record.model)}: odd(e)",
            "    v = e.__dict__",
            *(f"    {line}" for line in lines),
            f"    return {MAP!r} + {text_of(parts)}[1:] + '}}}}'",
        )
        return name

    def _bare(self, kind: Kind, at: str) -> Form:
        """The same, of a value that is not null."""
        if kind.records:
            return self._models(kind, at)
        if kind.choices:
            return self._choice(kind, at)
        if kind.elements:
            return self._places(kind, at)
        if kind.element is not None:
            return self._elements(kind, kind.element, at)
        form = _SCALARS.get(kind.name)
        return self._plainly(kind, at) if form is None else _put_in(form, at)

    def _plainly(self, kind: Kind, at: str) -> Form:
        """By the plain encoder of the kind, for what is rare or holds itself."""
        encode, recurs = kind.encode, deepest(kind) == float("inf")

        def write(value: object) -> str:
            stored: AttributeValue = encode(value)
            if recurs:
                check_depth({"": stored})
            return json_text(stored)

        return Form("", f"{self.source.name(write)}({at})", "")

    def _models(self, kind: Kind, at: str) -> Form:
        if len(kind.records) == 1:
            return Form("", f"{self.function(kind.records[0])}({at})", "")
        names = [(self.source.name(r.model), self.function(r)) for r in kind.records]
        choices = " else ".join(f"{write}({at}) if {at}.__class__ is {c}" for c, write in names)
        return Form("", f"{choices} else odd({at})", "")

    def _choice(self, kind: Kind, at: str) -> Form:
        found = [(kind.decode(choice), json_text(choice)) for choice in kind.choices]
        classes: set[type[Any]] = {type(value) for value, _ in found}
        if len(classes) != 1:
            return self._plainly(kind, at)
        (of,) = classes
        if issubclass(of, Enum):
            # By name: the hash of a member is computed in Python, that of a text is kept with it.
            table, key = {value.name: text for value, text in found}, f"{at}._name_"
        elif of in (str, int):
            table, key = dict(found), at
        else:
            return self._plainly(kind, at)
        known, members = self.source.name(table), self.source.name(of)
        return Form("", f"{known}[{key}] if {at}.__class__ is {members} else odd({at})", "")

    def _places(self, kind: Kind, at: str) -> Form:
        parts = [self.form(each, f"{at}[{n}]").whole for n, each in enumerate(kind.elements)]
        fits = f"{at}.__class__ is tuple and len({at}) == {len(parts)}"
        code = " + ',' + ".join(parts)
        return Form('{"L":[', f"{code} if {fits} else odd({at})", "]}")

    def _elements(self, kind: Kind, element: Kind, at: str) -> Form:
        is_text = _is_text(element)
        made = "tuple" if kind.name.startswith("tuple") else "list"
        match kind.tag:
            case "SS" if is_text and kind.empty is not None:
                fits = f"{at}.__class__ is {kind.empty.__name__}"
                return Form('{"SS":[', f"text_set({at}) if {fits} else odd({at})", "]}")
            case "L":
                inside = f"','.join([{self.form(element, 'y').whole} for y in {at}])"
                code = f"texts({at})" if is_text else inside
                return Form('{"L":[', f"{code} if {at}.__class__ is {made} else odd({at})", "]}")
            case "M" if kind.key is not None and _is_text(kind.key):
                value = self.form(element, "y").whole
                code = f"','.join([entry(k) + {value} for k, y in {at}.items()])"
                return Form('{"M":{', f"{code} if {at}.__class__ is dict else odd({at})", "}}")
            case _:
                return self._plainly(kind, at)

    def _skipped(self, field: FieldCodec, at: str) -> str:
        if field.skip == "default_null":
            return f"{at} is None and {field.name!r} not in e.__pydantic_fields_set__"
        return f"not {at} and ({at}.__class__ is set or {at}.__class__ is frozenset)"


def _put_in(form: Form, at: str) -> Form:
    return form._replace(code=form.code.replace("$", at))


def _is_text(kind: Kind) -> bool:
    return kind.name == "text" and not kind.choices and not kind.records and not kind.nullable


def _is_bare(kind: Kind) -> bool:
    return kind.name in BARE and not kind.choices and not kind.records
