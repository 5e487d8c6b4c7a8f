"""The demo's last part: what is refused, and a change that keeps every index true."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from tabledesign.cli.todo.demo_paper import Paper
from tabledesign.cli.todo.demo_samples import Samples
from tabledesign.design.target import load_target
from tabledesign.engine.drivers import drive
from tabledesign.engine.effects import send
from tabledesign.engine.protocol import Engine
from tabledesign.errors import CursorInvalid, DesignError, InputError
from tabledesign.todo import TodoRepository, table
from tabledesign.wire import Item, Request, Response

__all__ = ["complete_a_task", "refuse_a_cursor", "refuse_a_design"]

WRONG: Final = '''\
shop = Table("shop", global_indexes=("gsi1",))

class Order(Entity, table=shop):
    customer: str
    order_id: str
    placed: date
    by_id = Key(partition=Template("SHOP#{customer}"), sort=Template("DOC#{order_id}"))
    placed_on = Key("gsi1", partition="customer", sort=("placed", "order_id"))

class Invoice(Entity, table=shop):
    customer: str
    number: str
    by_id = Key(partition=Template("SHOP#{customer}"), sort=Template("DOC#{number}"))

class Orders(Repository, table=shop):
    @access_pattern
    def placed_on(self, customer: str, placed: date) -> Query[Order]:
        """A customer's orders of one day, as last written."""
        return Order.placed_on.query(customer=customer, placed=placed).consistent()

    @access_pattern
    def by_number(self, customer: str, order_id: str) -> Query[Order]:
        """A customer's order by its number, whenever it was placed."""
        return Order.placed_on.query(customer=customer, order_id=order_id)
'''
_IMPORTS: Final = """\
from datetime import date
from tabledesign import Entity, Key, Query, Repository, Table, Template, access_pattern
"""


def refuse_a_design(paper: Paper) -> int:
    """Import a wrong design, print all that is refused, and say how much it was."""
    paper.code(WRONG)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "wrong_design.py")
        path.write_text(_IMPORTS + WRONG, encoding="utf-8")
        try:
            load_target(f"{path}:shop")
        except DesignError as error:
            for refusal in error.refusals:
                paper.line(
                    "refused", f"{refusal.code} at {refusal.where}: {refusal.fault}.", style="red"
                )
                paper.line("", f"{refusal.remedy}.")
            return len(error.refusals)
    raise InputError("the wrong design was not refused; this is a defect", code="demo.not_refused")


class Recorder:
    """Counts what is sent through another engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.requests: list[Request] = []
        self.cursor_key = b"the demo lives and dies with its process"

    def send(self, request: Request) -> Response:
        """Note the request and carry it."""
        self.requests.append(request)
        return self._engine.send(request)


def complete_a_task(engine: Engine, tenant: str, samples: Samples, paper: Paper) -> None:
    """Complete one open task, and show its request and which index keys changed."""
    recorder = Recorder(engine)
    todo = TodoRepository(recorder, tenant=tenant)
    task_id = samples.open_task().id
    before = _stored(todo, task_id)
    recorder.requests.clear()
    at = datetime.combine(samples.today, time(12), tzinfo=UTC)
    todo.complete(task_id, at)
    [update] = recorder.requests
    after = _stored(todo, task_id)
    paper.line("asked", f'todo.complete("{task_id}", {at:%Y-%m-%d %H:%M} UTC)')
    paper.line("sent", f"1 {update.operation}, nothing read before it:")
    paper.line("", f"{_filled_in(update)}")
    for place in table.places:
        names = [place.partition_attribute, place.sort_attribute or ""]
        changed = [name for name in names if name and before.get(name) != after.get(name)]
        if not changed:
            paper.line(place.name or "primary", "unchanged", style="dim")
        for name in changed:
            old, new = _text(before, name), _text(after, name)
            paper.line(place.name or "primary", f"{name} was {old}", style="")
            paper.line("", f"{' ' * len(name)} now {new}", style="bold")


def refuse_a_cursor(engine: Engine, tenant: str, samples: Samples, paper: Paper) -> None:
    """Take a page, alter one letter of its cursor, and show that nothing is sent."""
    recorder = Recorder(engine)
    todo = TodoRepository(recorder, tenant=tenant)
    question = todo.tasks_of_user(samples.user)
    page = question.page(limit=3)
    cursor = page.cursor
    assert cursor is not None, "the sample user has more than three tasks"
    middle = len(cursor) // 2
    forged = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    following = question.page(limit=3, cursor=cursor)
    paper.line("asked", f"tasks_of_user({samples.user!r}).page(limit=3)")
    paper.line("cursor", f"{cursor[:60]}... ({len(cursor)} characters, signed)")
    paper.line("true", f"continues with {len(following.items)} more rows")
    for what, other, token in (
        ("altered", question, forged),
        ("foreign", todo.open_tasks(samples.user), cursor),
    ):
        recorder.requests.clear()
        try:
            other.page(limit=3, cursor=token)
        except CursorInvalid as error:
            sent = len(recorder.requests)
            paper.line(what, f"{error.message} (requests sent: {sent})", style="red")
        else:
            raise InputError(
                "a forged cursor was accepted; this is a defect", code="demo.not_refused"
            )


def _stored(todo: TodoRepository, task_id: str) -> Item:
    request = Request("GetItem", todo.task(task_id).request())
    response = drive(send(request), todo.engine)
    item: Item = response["Item"]
    return item


def _text(item: Item, name: str) -> str:
    return str(item[name]["S"]) if name in item else "(absent)"


def _filled_in(update: Request) -> str:
    """The update expression with names and values in place of their placeholders."""
    text = str(update.parameters["UpdateExpression"])
    names: dict[str, str] = update.parameters["ExpressionAttributeNames"]
    values: dict[str, dict[str, str]] = update.parameters["ExpressionAttributeValues"]
    for placeholder in sorted(values, reverse=True):
        text = text.replace(placeholder, next(iter(values[placeholder].values())))
    for placeholder in sorted(names, reverse=True):
        text = text.replace(placeholder, names[placeholder])
    return text
