"""Bugs that let one tenant meet another."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tabledesign.schema.key import TENANT

from .plant import Function, Plant

__all__ = ["TENANT_PLANTS"]

SEEN = "tenants see each other"


def _same_for_all(right: Function) -> Function:
    return lambda values, tenant: right(values, None if tenant is None else "t")


def _asked_for_one(right: Function) -> Function:
    return lambda plan, arguments, tenant: right(plan, arguments, None if tenant is None else "t")


def _changed_in_place(right: Function) -> Function:
    def scoped(repository: Any, tenant: str) -> Any:
        repository.context = replace(repository.context, tenant=tenant)
        return repository

    return scoped


def _kept(right: Function) -> Function:
    return lambda repository, tenant: right(repository, repository.context.tenant)


def _shared_texts(right: Function) -> Function:
    return lambda rule, values: right(rule, {**values, TENANT: "everybody"})


def _shared_keys(right: Function) -> Function:
    return lambda context, key: right(replace(context, tenant="everybody"), key)


TENANT_PLANTS = (
    Plant("writes go to one tenant", "The tenant of a key is the same for everybody.",
          SEEN, "patterns.update:with_tenant", _same_for_all, "histories.notes.calm"),
    Plant("questions ask one tenant", "A question is put to the same tenant for everybody.",
          SEEN, "patterns.plan:Plan.bind", _asked_for_one, "histories.notes.calm"),
    Plant("scope leaks into the next call", "scoped() changes the repository that it is asked of.",
          SEEN, "repository.repository:Repository.scoped", _changed_in_place, "tenants.apart"),
    Plant("scope is not taken", "scoped() stays with the tenant it had.",
          SEEN, "repository.repository:Repository.scoped", _kept, "tenants.apart"),
    Plant("unique across tenants", "Claims and counts of all tenants are one.",
          SEEN, "schema.integrity:BoundRule.texts", _shared_texts, "tenants.apart"),
    Plant("request keys across tenants", "One tenant is told what another's request left.",
          SEEN, "repository.once:_texts", _shared_keys, "tenants.apart"),
)  # fmt: skip
