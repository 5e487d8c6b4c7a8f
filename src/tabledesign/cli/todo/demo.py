"""``tabledesign todo demo``: the design proved, real tasks loaded, every pattern answered."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from tabledesign import clock
from tabledesign.cli.app import REFUSED, ending
from tabledesign.cli.output import note
from tabledesign.cli.todo import todo_app
from tabledesign.cli.todo.demo_answers import answer_all
from tabledesign.cli.todo.demo_paper import Paper
from tabledesign.cli.todo.demo_refusals import complete_a_task, refuse_a_cursor, refuse_a_design
from tabledesign.cli.todo.demo_samples import Samples
from tabledesign.cli.todo.following import Followed
from tabledesign.cli.todo.progress import phases
from tabledesign.cli.todo.tables import TENANT
from tabledesign.design.lint import lint
from tabledesign.design.matrix import named_plans
from tabledesign.design.proof import prove
from tabledesign.design.provision import provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.embedded import embedded
from tabledesign.errors import InputError
from tabledesign.todo import Role, TodoRepository, table
from tabledesign.todo.activity import ParkedRecord
from tabledesign.todo.importing import Importer
from tabledesign.todo.roster import Roster
from tabledesign.todo.row import Row
from tabledesign.todo.rows import Reader

__all__ = ["demo"]

SEED: Final = "demo"
FILE: Final = Path("examples", "data", "todo-comments.ndjson.gz")


@todo_app.command(epilog=ending("todo demo", "todo demo --file examples/data/commits.ndjson.gz"))
def demo(
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            help="Another file of tasks than the one of the checkout.", show_default=False
        ),
    ] = None,
) -> None:
    """Prove the to-do design, load real tasks, answer every access pattern; about a minute.

    No server, no account: everything happens in this process, and nothing is left behind.
    """
    started = clock.now()
    path = file or _example()
    paper = Paper()
    paper.heading("1. The design is proved before a single request is sent")
    _prove(paper)
    with embedded() as engine:
        drive(provision(table), engine)
        todo = TodoRepository(engine, tenant=TENANT)
        paper.heading("2. Real tasks are loaded into the embedded engine, in this process")
        _load(todo, path, paper)
        followed = TodoRepository(Followed(engine, tenant=TENANT), tenant=TENANT)
        samples = _lived(followed, path, paper)
        paper.heading("3. Every access pattern is answered, each with one bounded request")
        tally = answer_all(todo, samples, paper)
        paper.heading("4. A wrong design is refused when it is imported, all at once")
        refusals = refuse_a_design(paper)
        paper.heading("5. Completing a task is one UpdateItem, and every index stays true")
        complete_a_task(engine, TENANT, samples, paper)
        paper.heading("6. A cursor that was tampered with is refused before anything is sent")
        refuse_a_cursor(engine, TENANT, samples, paper)
    paper.heading("Done")
    paper.text(
        f"{tally.patterns} access patterns answered with {tally.rows:,} rows in {tally.requests} "
        f"requests and about {tally.read_units:g} read units; {refusals} faults of a wrong design "
        f"refused; {_seconds(started):.0f} seconds in all."
    )
    paper.text("Go on with your own: tabledesign check YOUR_MODULE:table")
    if tally.empty:
        note(f"tabledesign: {tally.empty} patterns had no answer; give the demo a larger file")
        raise typer.Exit(REFUSED)


def _seconds(started: datetime) -> float:
    return (clock.now() - started).total_seconds()


def _example() -> Path:
    """The file of the checkout this runs in, or that it was installed from."""
    folders = [Path.cwd(), *Path(__file__).resolve().parents]
    found = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    if found is None:
        raise InputError(
            f"there is no {FILE} here; run the demo from a checkout, or give it --file",
            code="demo.no_file",
        )
    return found


def _prove(paper: Paper) -> None:
    named = named_plans({"TodoRepository": TodoRepository.plans()})
    proof = prove(table, named)
    entities = ", ".join(table.entities)
    paper.line("entities", f"{proof.entities}: {entities}")
    paper.line("keys", f"{proof.keys}, on the table and {proof.indexes} global indexes")
    paper.line("disproved", f"{proof.pairs} pairs of keys share an index; no two can make one key")
    paper.line("compiled", f"{proof.patterns} access patterns, each one bounded request, no scan")
    for advice in lint(table, named):
        paper.line("warning", str(advice), style="yellow")


def _load(todo: TodoRepository, path: Path, paper: Paper) -> None:
    paper.text(
        f"{path.name}: what public repositories promise themselves in TODO comments. The file has "
        "no people's names, due dates or assignees: these are derived from the seed "
        f"{SEED!r}, look real and are not."
    )
    started = clock.now()
    with phases() as progress:
        report = Importer(todo, path, seed=SEED, progress=progress).run()
    seconds = _seconds(started)
    paper.line(
        "loaded",
        f"{report.tasks:,} tasks, {report.users:,} users, {report.lists:,} lists, "
        f"{report.members:,} members in {seconds:.1f} s ({report.requests:,} requests)",
        style="bold",
    )


def _lived(todo: TodoRepository, path: Path, paper: Paper) -> Samples:
    """Files know nothing of grants, deletions and feeds: all are made here, to be asked for."""
    samples = _samples(path)
    at = datetime.combine(samples.today, time(12), tzinfo=UTC)
    purpose, until = "review before the release", at + timedelta(days=14)
    todo.share(
        samples.list,
        samples.guest,
        Role.VIEWER,
        at,
        by=samples.owner,
        purpose=purpose,
        expires_at=until,
    )
    paper.line("shared", f"{samples.list} with {samples.guest}, for {purpose}, until {until:%F}")
    made = todo.create_list("Made by mistake", samples.owner, at)
    todo.delete_list(made.list_id, at, by=samples.owner)
    paper.line("deleted", f"the list {made.title!r}: hidden at once, and drained later")
    _parked(todo, at)
    paper.line("parked", "a record of the stream that nobody can read, for somebody to look at")
    return samples


def _parked(todo: TodoRepository, at: datetime) -> None:
    todo.put(
        ParkedRecord(
            event_id="demo",
            sequence_number="1",
            at=at,
            entity_name="Task",
            reason="unreadable",
            fault="$.status is none of the values of Status",
            attempts=1,
            record="{}",
            until=clock.now() + timedelta(days=30),
        )
    )


def _samples(path: Path) -> Samples:
    """Chosen by plain Python over the rows, so that nothing is asked before the questions."""
    reader, roster = Reader(path), Roster(SEED)
    for row in reader:
        if isinstance(row, Row):
            roster.see(row)
    rows = (roster.enrich(row) for row in reader if isinstance(row, Row))
    return Samples(rows, roster, seed=SEED)
