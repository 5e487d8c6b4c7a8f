"""``tabledesign ask``: one pattern answered from the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabledesign.cli.app import app, ending
from tabledesign.cli.asking import Manner, answer
from tabledesign.cli.engines import (
    CursorKeyOption,
    DatabaseOption,
    EndpointOption,
    EngineOption,
    EngineWords,
    ProfileOption,
    RegionOption,
    StateOption,
    TableNameOption,
    TenantOption,
    cursor_keys,
    opened,
)
from tabledesign.cli.targets import RepositoryOption, TargetArgument, find_pattern
from tabledesign.design.arguments import read_arguments
from tabledesign.design.target import Target, load_target
from tabledesign.errors import InputError

__all__ = ["AllOption", "CountOption", "CursorOption", "ExplainOption", "LimitOption", "ask"]

WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME=VALUE",
        help="The pattern's arguments. A range is FROM..TO, both ends included: "
        "due=2026-01-01..2026-01-31; '..<TO' and '>FROM..' leave an end out, nothing leaves it "
        "open. A list is a,b or the argument repeated.",
    ),
]
LimitOption = Annotated[int, typer.Option(min=1, help="Rows wanted.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every row, whatever --limit says.")]
CursorOption = Annotated[
    str | None, typer.Option(help="Go on where the page with this cursor ended.")
]
CountOption = Annotated[bool, typer.Option("--count", help="Only how many rows there are.")]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="First the key interval, with the arguments in it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command(
    epilog=ending(
        "ask tabledesign.todo:table tasks_due user_id=ann due=2026-01-01..2026-01-31 --tenant acme",
        "ask design.py:table open_tasks user_id=ann --state local.state --json",
        "ask design.py:table users --limit 10 --endpoint-url http://127.0.0.1:8000",
    )
)
def ask(  # noqa: PLR0913 - one parameter an option
    target: TargetArgument,
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="The pattern's name.")],
    words: WordsArgument = None,
    *,
    repository: RepositoryOption = None,
    limit: LimitOption = 100,
    everything: AllOption = False,
    cursor: CursorOption = None,
    count: CountOption = False,
    explain: ExplainOption = False,
    json: JsonOption = False,
    tenant: TenantOption = None,
    table_name: TableNameOption = None,
    engine: EngineOption = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    cursor_key_file: CursorKeyOption = None,
) -> None:
    """Ask one pattern of a design and print its answer.

    A table for people; --json for programs: a line for each row, and a last line about the page.
    """
    manner = Manner(
        limit=None if everything else limit, cursor=cursor, count=count, explain=explain, json=json
    )
    chosen = EngineWords(
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
    )
    question = _Question(load_target(target), pattern, words or [], repository)
    question.put(chosen, manner, tenant=tenant, table_name=table_name, key_file=cursor_key_file)


class _Question:
    """A pattern and its words, read before any engine is opened."""

    def __init__(
        self, target: Target, pattern: str, words: list[str], repository: str | None
    ) -> None:
        self.repository, self.plan = find_pattern(target, pattern, repository=repository)
        self.arguments = read_arguments(self.plan, words)

    def put(
        self,
        engine_words: EngineWords,
        manner: Manner,
        *,
        tenant: str | None,
        table_name: str | None,
        key_file: Path | None,
    ) -> None:
        """Bind it, open the engine and print the answer."""
        if tenant is None and self.plan.table.tenants:
            raise InputError(
                f"table {self.plan.table.name!r} has tenants; add --tenant NAME",
                code="tenant.missing",
                field="tenant",
            )
        self.plan.bind(self.arguments, tenant)
        keys = cursor_keys(key_file)
        with opened(engine_words) as engine:
            repository = self.repository(
                engine, tenant=tenant, table_name=table_name, cursor_keys=keys
            )
            answer(repository, self.plan, self.arguments, manner)
