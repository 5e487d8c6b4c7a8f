"""What an explorer is over, and the three things it tells: the design, rows, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, Final, cast

from tabledesign import clock
from tabledesign.design.matrix import Named, named_plans
from tabledesign.design.spelling import read_value
from tabledesign.design.symbolic import symbolic_request
from tabledesign.engine.client import engine_of
from tabledesign.engine.drivers import drive
from tabledesign.engine.protocol import Engine, clock_of, is_async, name_of
from tabledesign.errors import InputError
from tabledesign.gateway.explorer.asking import answer, as_asked
from tabledesign.gateway.explorer.browsing import Looked, Start, View, look
from tabledesign.gateway.explorer.forms import form_of
from tabledesign.gateway.explorer.parts import shape_of
from tabledesign.gateway.explorer.recording import Recorder
from tabledesign.gateway.explorer.rows import RowReader
from tabledesign.keys.text import escape
from tabledesign.limits import PARTITION_KEY_BYTES, SORT_KEY_BYTES
from tabledesign.patterns.explain import explanation
from tabledesign.repository.cursor import Binding, CursorKeys, read, sign
from tabledesign.repository.repository import Repository
from tabledesign.schema.binding import nearest
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.table import Place, Table
from tabledesign.wire import Item

__all__ = ["Explorer"]

MOST_ROWS: Final = 200


class Explorer:
    """Shows one table of one engine, and asks the patterns of its repositories.

    ``tenants`` are those that may be looked at, where the table has tenants; nothing of another
    is shown. ``table_name`` is the deployed table, where it is not called as in the design.
    """

    def __init__(
        self,
        table: Table,
        engine: object,
        *,
        tenants: Sequence[str] = (),
        repositories: Sequence[type[Repository]] | None = None,
        table_name: str | None = None,
    ) -> None:
        if table.tenants and not tenants:
            raise InputError(
                f"table {table.name!r} has tenants; name those that may be looked at",
                code="tenant.missing",
                field="tenants",
            )
        plain = engine_of(engine)
        if is_async(plain):
            raise InputError(
                "the explorer waits for its engine; give it a synchronous one",
                code="engine.is_async",
            )
        self.table = table
        self.table_name = table_name or table.name
        self.tenants = tuple(tenants)
        self._engine: Engine = plain
        self._keys = CursorKeys.of(clock.random_bytes(32))
        classes = cast("dict[str, type[Repository]]", table.repositories).values()
        self._repositories = tuple(classes if repositories is None else repositories)
        plans = {cls.__name__: cls.plans() for cls in self._repositories}
        owners = (cls for cls in self._repositories for _ in cls.plans())
        self._patterns: dict[str, tuple[type[Repository], Named]] = {
            named.name: (owner, named)
            for owner, named in zip(owners, named_plans(plans), strict=True)
        }

    @cached_property
    def design(self) -> Mapping[str, Any]:
        """The table, its indexes with the keys on them, and its patterns with their forms."""
        return {
            "table": self.table.name,
            "table_name": self.table_name,
            "engine": name_of(self._engine),
            "tenants": list(self.tenants) if self.table.tenants else None,
            "entities": list(self.table.entities),
            "places": [self._place_told(place) for place in self.table.places],
            "patterns": [self._pattern_told(named) for _, named in self._patterns.values()],
        }

    def rows(self, given: Mapping[str, str], parts: Sequence[str] = ()) -> dict[str, Any]:
        """One page of a place, or of a partition of it; ``parts`` are the fields of a ``shape``."""
        view = self._view(given, parts)
        binding = self._binding(view)
        cursor = given.get("cursor")
        start = None if cursor is None else self._opened(cursor, binding)
        recorder = Recorder(self._engine)
        looked: Looked = drive(look(view, start), recorder)
        reader = self._reader(view.place)
        return {
            "place": str(view.place),
            "partition": view.partition,
            "rows": [asdict(reader.read(item)) for item in looked.items],
            "earlier": self._cursor(looked.earlier, binding),
            "later": self._cursor(looked.later, binding),
            "requests": [sent.as_dict() for sent in recorder.sent],
        }

    def answer(self, given: Mapping[str, str], words: Sequence[str]) -> dict[str, Any]:
        """One page of a pattern's answer; ``words`` are its arguments as ``name=value``."""
        cls, named = self._pattern(given.get("pattern", ""))
        plan = named.plan
        recorder = Recorder(self._engine)
        repository = cls(
            recorder,
            tenant=self._tenant(given),
            table_name=self.table_name,
            cursor_keys=self._keys.current,
        )
        limit = _limit(given)
        cursor = given.get("cursor")
        asked = answer(repository, recorder, plan, words, limit=limit, cursor=cursor)
        reader = self._reader(plan.place)
        return {
            "pattern": named.name,
            "place": str(plan.place),
            **asked.as_dict(),
            "shell": as_asked(asked.bound, named.name),
            "rows": [asdict(reader.read(item)) for item in asked.items],
        }

    def _place_told(self, place: Place) -> dict[str, Any]:
        keys = [
            key
            for entity in self.table.entities.values()
            for key in entity.__keys__.values()
            if key.place == place
        ]
        return {
            "name": str(place),
            "kind": place.kind,
            "partition": place.partition_attribute,
            "sort": place.sort_attribute,
            "projection": place.projection,
            "keys": [_key_told(key) for key in keys],
        }

    def _pattern_told(self, named: Named) -> dict[str, Any]:
        plan = named.plan
        request = symbolic_request(plan)
        return {
            "name": named.name,
            "operation": plan.operation,
            "place": str(plan.place),
            "form": [asdict(each) for each in form_of(plan)],
            "explanation": explanation(plan).as_dict(),
            "request": {"operation": request.operation, "parameters": dict(request.parameters)},
        }

    def _pattern(self, name: str) -> tuple[type[Repository], Named]:
        found = self._patterns.get(name)
        if found is None:
            raise InputError(
                f"there is no pattern {name!r}. {nearest(name, list(self._patterns))}",
                code="argument.pattern",
                field="pattern",
            )
        return found

    def _tenant(self, given: Mapping[str, str]) -> str | None:
        tenant = given.get("tenant")
        if not self.table.tenants:
            if tenant is not None:
                raise InputError(
                    f"table {self.table.name!r} has no tenants; leave the tenant out",
                    code="tenant.unexpected",
                    field="tenant",
                )
            return None
        if tenant not in self.tenants:
            raise InputError(
                f"choose a tenant; there are {', '.join(self.tenants)}",
                code="tenant.unknown",
                field="tenant",
            )
        return tenant

    def _view(self, given: Mapping[str, str], parts: Sequence[str]) -> View:
        tenant = self._tenant(given)
        name = given.get("place", "primary")
        place = next((each for each in self.table.places if str(each) == name), None)
        if place is None:
            raise InputError(
                f"there is no index {name!r}. {nearest(name, [str(p) for p in self.table.places])}",
                code="argument.place",
                field="place",
            )
        partition = given.get("partition")
        if "shape" in given:
            partition = self._partition(place, given["shape"], parts, tenant)
        if partition is not None:
            _check_partition(partition, tenant)
        if "at" in given:
            _check_text(given["at"], SORT_KEY_BYTES, "at")
        return View(
            table=self.table,
            table_name=self.table_name,
            place=place,
            tenant=tenant,
            partition=partition,
            at=given.get("at"),
            backwards=given.get("side") == "to",
            limit=_limit(given),
        )

    def _partition(
        self, place: Place, shape: str, parts: Sequence[str], tenant: str | None
    ) -> str | None:
        """The text of the partition whose fields are given in their order."""
        keys = [key for e in self.table.entities.values() for key in e.__keys__.values()]
        key = next((each for each in keys if each.place == place and str(each) == shape), None)
        if key is None or len(parts) != len(key.partition_fields):
            raise InputError(
                f"{shape!r} is no key of {place.title} with {len(parts)} parts; choose one of "
                "those that are listed",
                code="argument.shape",
                field="shape",
            )
        fields = key.entity.model_fields
        values: dict[str, object] = {} if tenant is None else {TENANT: tenant}
        for name, text in zip(key.partition_fields, parts, strict=True):
            values[name] = read_value(fields[name].annotation, text, name=name)
        return key.partition.render(values)

    def _reader(self, place: Place) -> RowReader:
        return RowReader(self.table, place, clock_of(self._engine).now())

    def _binding(self, view: View) -> Binding:
        partition = () if view.partition is None else (view.partition,)
        return Binding(self.table_name, "explorer", str(view.place), partition, tenant=view.tenant)

    def _cursor(self, start: Start | None, binding: Binding) -> str | None:
        if start is None:
            return None
        texts = {name: str(value["S"]) for name, value in start.keys.items()}
        position = {**texts, "@": start.direction}
        return sign(position, binding=binding, keys=self._keys)

    def _opened(self, cursor: str, binding: Binding) -> Start:
        instant = clock_of(self._engine).now()
        position = read(cursor, binding=binding, keys=self._keys, now=instant)
        direction = position.pop("@")
        keys: Item = {name: {"S": text} for name, text in position.items()}
        return Start(keys, "earlier" if direction == "earlier" else "later")


def _key_told(key: BoundKey[Any]) -> dict[str, Any]:
    return {
        "name": str(key),
        "entity": key.entity.__entity_name__,
        "partition": [asdict(part) for part in shape_of(key.partition)],
        "sort": [] if key.sort is None else [asdict(part) for part in shape_of(key.sort)],
        "when": str(key.when) if key.when.clauses else None,
    }


def _check_partition(partition: str, tenant: str | None) -> None:
    _check_text(partition, PARTITION_KEY_BYTES, "partition")
    if tenant is not None and not partition.startswith(escape(tenant) + "#"):
        raise InputError(
            "the partition is not one of the tenant's; open one that is listed",
            code="argument.partition",
            field="partition",
        )


def _check_text(text: str, limit: int, name: str) -> None:
    size = len(text.encode(errors="replace"))
    if not text or size > limit or not _is_unicode(text):
        raise InputError(
            f"{name} is no key text: it takes 1 to {limit:,} bytes of UTF-8; "
            "give one that is shown",
            code=f"argument.{name}",
            field=name,
        )


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _limit(given: Mapping[str, str]) -> int:
    text = given.get("limit", "50")
    if not (
        text.isascii() and text.isdigit() and 1 <= len(text) <= 3 and 1 <= int(text) <= MOST_ROWS
    ):
        raise InputError(
            f"limit is a whole number from 1 to {MOST_ROWS}; correct it, or leave it out",
            code="argument.limit",
            field="limit",
        )
    return int(text)
