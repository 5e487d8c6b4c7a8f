"""The options that choose an engine, the same for every command that sends requests."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from tabledesign.dataclass import dataclass
from tabledesign.engine.connect import EngineName, connect
from tabledesign.engine.protocol import Engine
from tabledesign.errors import InputError

__all__ = [
    "CursorKeyOption",
    "DatabaseOption",
    "EndpointOption",
    "EngineOption",
    "EngineWords",
    "ProfileOption",
    "RegionOption",
    "StateOption",
    "TableNameOption",
    "TenantOption",
    "cursor_keys",
    "opened",
]


class EngineChoice(Enum):
    """The engines by name."""

    AWS = "aws"
    EMBEDDED = "embedded"
    DYNOXIDE = "dynoxide"


EngineOption = Annotated[
    EngineChoice | None,
    typer.Option(
        help="aws (DynamoDB, or --endpoint-url), embedded (in this process), dynoxide (a local "
        "server). Default: embedded with --state, dynoxide with --database, else aws.",
        show_default=False,
    ),
]
EndpointOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Another address that speaks DynamoDB.")
]
StateOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where the embedded engine keeps its tables.")
]
DatabaseOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where dynoxide keeps its tables.")
]
RegionOption = Annotated[str | None, typer.Option(help="The AWS region.", show_default=False)]
ProfileOption = Annotated[
    str | None, typer.Option(help="The AWS profile with the credentials.", show_default=False)
]
TableNameOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The deployed table, where its name is not the design's."),
]
TenantOption = Annotated[
    str | None, typer.Option(help="The organisation, for a table that has tenants.")
]
CursorKeyOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The secret that signs cursors, 32 characters or more; a previous one may stand on "
        "the second line. Or the environment variable TABLEDESIGN_CURSOR_KEY.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineWords:
    """The engine options of one command line, as given."""

    engine: EngineChoice | None = None
    endpoint_url: str | None = None
    state: Path | None = None
    database: Path | None = None
    region: str | None = None
    profile: str | None = None

    @property
    def name(self) -> EngineName:
        """The engine that is meant."""
        if self.engine is not None:
            return self.engine.value
        if self.state is not None:
            return "embedded"
        return "aws" if self.database is None else "dynoxide"


@contextmanager
def opened(words: EngineWords) -> Generator[Engine]:
    """The engine while the block lasts; raises `InputError` for options that do not fit."""
    with (
        _environment(words),
        connect(
            engine=words.name,
            endpoint_url=words.endpoint_url,
            state=words.state,
            database=words.database,
        ) as engine,
    ):
        yield engine


@contextmanager
def _environment(words: EngineWords) -> Generator[None]:
    """Region and profile where boto3 looks for them, as long as the engine is in use."""
    given = {
        "AWS_PROFILE": words.profile,
        "AWS_REGION": words.region,
        "AWS_DEFAULT_REGION": words.region,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def cursor_keys(file: Path | None) -> list[bytes] | None:
    """The keys that sign cursors: from the file, else from the environment, else none."""
    if file is None:
        text = os.environ.get("TABLEDESIGN_CURSOR_KEY", "")
    elif file.is_file():
        text = file.read_text(encoding="utf-8")
    else:
        raise InputError(
            f"there is no file {str(file)!r}; write 32 characters or more into it, such as from "
            "`openssl rand -hex 32`",
            code="argument.cursor_key",
            field="cursor-key-file",
        )
    keys = [line.strip().encode() for line in text.splitlines() if line.strip()]
    return keys or None
