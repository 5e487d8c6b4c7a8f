"""What a command is about: a target, its repositories, and one pattern among theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from tabledesign.design.matrix import Named, named_plans
from tabledesign.design.target import Target
from tabledesign.errors import InputError
from tabledesign.patterns.plan import Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.binding import nearest

__all__ = ["RepositoryOption", "TargetArgument", "find_pattern", "named_of"]

TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="TARGET",
        help="The design: module:table or path/to/file.py:table. ':table' may be left out where "
        "the module has one Table.",
        show_default=False,
    ),
]

RepositoryOption = Annotated[
    str | None,
    typer.Option(
        help="The repository class, where several have a pattern of that name.", show_default=False
    ),
]


def named_of(target: Target) -> list[Named]:
    """Every pattern of the target, under the name that is its own in the design."""
    return named_plans({name: cls.plans() for name, cls in target.repositories.items()})


def find_pattern(
    target: Target, pattern: str, *, repository: str | None = None
) -> tuple[type[Repository], Plan]:
    """The pattern and the repository that has it; raises `InputError` with the nearest name."""
    repositories = target.repositories
    if repository is None and "." in pattern:
        repository, _, pattern = pattern.rpartition(".")
    if repository is not None:
        if repository not in repositories:
            raise InputError(
                f"{target.text} has no repository {repository!r}. "
                f"{nearest(repository, list(repositories))}",
                code="argument.repository",
                field="repository",
            )
        repositories = {repository: repositories[repository]}
    found = [
        (cls, plan) for cls in repositories.values() for plan in cls.plans() if plan.name == pattern
    ]
    if len(found) > 1:
        owners = " or ".join(f"--repository {cls.__name__}" for cls, _ in found)
        raise InputError(
            f"several repositories have a pattern {pattern!r}; say which with {owners}",
            code="argument.pattern",
            field="PATTERN",
        )
    if not found:
        names = [plan.name for cls in repositories.values() for plan in cls.plans()]
        raise InputError(
            f"{target.text} has no pattern {pattern!r}. {nearest(pattern, names)}",
            code="argument.pattern",
            field="PATTERN",
        )
    return found[0]
