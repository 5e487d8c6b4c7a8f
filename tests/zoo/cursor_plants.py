"""Bugs in cursors."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from .plant import Function, Plant, altered

__all__ = ["CURSOR_PLANTS"]

TAMPERED, REUSED = "tampered cursor", "cursor of another question"
LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)


def _unsigned(right: Function) -> Function:
    return lambda raw, binding, keys: raw[9:-16]


def _first_bytes(right: Function) -> Function:
    return lambda key, binding, message: right(key, binding, message[:12])


def _any_spelling(right: Function) -> Function:
    def raw(token: Any) -> bytes:
        try:
            return urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return right(token)  # type: ignore[no-any-return]

    return raw


def _joined(right: Function) -> Function:
    def digest(binding: Any) -> bytes:
        texts = (binding.table, binding.pattern, binding.plan, binding.direction)
        tenant = () if binding.tenant is None else (f"tenant {binding.tenant}",)
        return sha256("|".join((*texts, *tenant, "".join(binding.arguments))).encode()).digest()

    return digest


def _no_tenant_is_empty(right: Function) -> Function:
    return lambda binding: right(replace(binding, tenant=binding.tenant or ""))


def _no_tenant(right: Function) -> Function:
    return lambda binding: right(replace(binding, tenant=None))


def _without(**fields: Any) -> Any:
    return altered(lambda binding: replace(binding, **fields))


def _never_expires(right: Function) -> Function:
    return lambda token, *, now, **rest: right(token, now=LONG_AGO, **rest)


def _always(right: Function) -> Function:
    return lambda bound: True


def _handed(right: Function) -> Function:
    def token(bound: Any, context: Any, gathered: Any, *rest: Any) -> Any:
        gathered.last_was_handed = True
        return right(bound, context, gathered, *rest)

    return token


CURSOR, PAGING = "repository.cursor:", "repository.paging:"
CURSOR_PLANTS = (
    Plant("unsigned cursor", "The tag of a cursor is not looked at.",
          TAMPERED, CURSOR + "_opened_signed", _unsigned, "cursors.tampering"),
    Plant("tag over the first bytes", "The end of a position is not under the tag.",
          TAMPERED, CURSOR + "_tag", _first_bytes, "cursors.tampering"),
    Plant("every spelling of a cursor", "Foreign signs and spare bits in a cursor are overlooked.",
          TAMPERED, CURSOR + "_bytes", _any_spelling, "cursors.tampering"),
    Plant("cursor without tenant", "A cursor of one tenant is good for another.",
          "tenants see each other", CURSOR + "Binding.digest", _no_tenant, "cursors.bindings"),
    Plant("cursor not bound to arguments", "A cursor of one group is good for another.",
          REUSED, PAGING + "_binding", _without(arguments=()), "cursors.questions"),
    Plant("arguments run together", "The arguments ab, c and a, bc have one digest.",
          REUSED, CURSOR + "Binding.digest", _joined, "cursors.bindings"),
    Plant("no tenant is the empty tenant", "A table without tenants shares cursors with one.",
          REUSED, CURSOR + "Binding.digest", _no_tenant_is_empty, "cursors.bindings"),
    Plant("cursor never expires", "The time in a cursor is not compared.",
          "expired cursor", CURSOR + "read", _never_expires, "cursors.bindings"),
    Plant("cursor shows a view's hidden keys", "Fields that a view leaves out stand in its cursor.",
          "cursor reveals attributes", PAGING + "_shows_its_key", _always, "cursors.secrets"),
    Plant("cursor shows a filtered row", "The key of a row that was filtered away can be read.",
          "cursor reveals attributes", PAGING + "_token", _handed, "cursors.secrets"),
)  # fmt: skip
