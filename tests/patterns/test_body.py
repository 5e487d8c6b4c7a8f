"""A pattern's body treats all arguments alike, or is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from .conftest import Design

BRANCHES = {
    "if": "if user_id == 'ann':\n    return Task.by_id.query(user_id=user_id)\nreturn ANYTHING",
    "ternary": "return Task.by_id.query(user_id='ann' if user_id is None else user_id)",
    "match": "match user_id:\n    case None:\n        return Task.by_id.query(user_id='ann')\n"
    "    case _:\n        return Task.by_id.query(user_id=user_id)",
    "is None": "return (Task.by_id.query(user_id='ann'), 2)[user_id is None]",
    "or": "return Task.by_id.query(user_id=user_id or 'ann')",
    "and": "return Task.by_id.query(user_id=user_id and 'ann')",
    "not": "return Task.by_id.query(user_id=not user_id)",
    "comparison": "return Task.by_id.query(user_id=user_id == 'ann')",
    "dict look-up": "return Task.by_id.query(user_id={'ann': 'bob'}[user_id])",
    "f-string": "return Task.by_id.query(user_id=f'user-{user_id}')",
    "percent": "return Task.by_id.query(user_id='user-%s' % user_id)",
    "concatenation": "return Task.by_id.query(user_id='user-' + user_id)",
    "str()": "return Task.by_id.query(user_id=str(user_id))",
    "isinstance()": "return Task.by_id.query(user_id=user_id, task_id=isinstance(user_id, str))",
    "comprehension": "return Task.by_id.query(user_id=[u for u in (user_id,)][0])",
    "assignment": "wanted = user_id\nreturn Task.by_id.query(user_id=wanted)",
    "walrus": "return Task.by_id.query(user_id=(wanted := user_id))",
    "two returns": "return Task.by_id.query(user_id=user_id)\nreturn Task.by_id.query(user_id='b')",
    "try": "try:\n    return Task.by_id.query(user_id=str(user_id))\n"
    "except Exception:\n    return Task.by_id.query(user_id='ann')",
    "bare except": "try:\n    return Task.by_id.query(user_id=str(user_id))\n"
    "except:\n    return Task.by_id.query(user_id='ann')",
    "lambda": "return (lambda: Task.by_id.query(user_id=user_id))()",
    "helper": "return Task.by_id.query(user_id=either(user_id))",
    "method of one's own": "return Task.asked(user_id)",
    "helper by keyword": "return Task.by_id.query(user_id=either(value=user_id))",
    "class of one's own": "return Task.by_status.query(user_id=ANN, status=Status(user_id))",
    "method of the argument": "return Task.by_id.query(user_id=user_id.lower())",
    "attribute of the argument": "return Task.by_id.query(user_id=user_id.name)",
    "item of the argument": "return Task.by_id.query(user_id=user_id[0])",
    "iteration over the argument": "return Task.by_id.query(user_id=[*user_id])",
    "get of a dict": "return Task.by_id.query(user_id=NAMES.get(user_id))",
}

# Without the source: the compiler drops the second return, the others go another way. An Enum
# looks a slot up by comparing it, and since Python 3.13 by its hash too.
OTHERWISE_STRIPPED = {
    "two returns": [],
    "attribute of the argument": ["pattern.unused_argument"],
    "class of one's own": ["pattern.branches" if sys.version_info < (3, 13) else "pattern.body"],
}


def method(body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f'def of_user(self, user_id: str) -> Query[Task]:\n    """A user\'s."""\n{lines}\n'


@pytest.mark.parametrize("name", BRANCHES)
def test_a_body_that_may_treat_arguments_differently_is_refused(name: str, codes: Design) -> None:
    assert ["pattern.branches"] == codes(method(BRANCHES[name]))


@pytest.mark.parametrize("name", sorted(BRANCHES.keys() - OTHERWISE_STRIPPED.keys()))
def test_a_branch_is_found_in_the_compiled_code_where_the_source_is_missing(
    name: str, stripped_codes: Design
) -> None:
    assert ["pattern.branches"] == stripped_codes(method(BRANCHES[name]))


@pytest.mark.parametrize("name", OTHERWISE_STRIPPED)
def test_the_compiled_code_shows_less_and_what_it_shows_is_judged(
    name: str, stripped_codes: Design
) -> None:
    assert OTHERWISE_STRIPPED[name] == stripped_codes(method(BRANCHES[name]))


SIGNATURES = {
    "def p(self, user_id: str = 'ann') -> Query[Task]:": "pattern.optional_argument",
    "def p(self, *, user_id: str | None = None) -> Query[Task]:": "pattern.optional_argument",
    "def p(self, *user_id: str) -> Query[Task]:": "pattern.star_argument",
    "def p(self, **user_id: str) -> Query[Task]:": "pattern.star_argument",
    "def p(self, user_id) -> Query[Task]:": "pattern.annotation",
    "def p(self, user_id: Unknown) -> Query[Task]:": "pattern.annotation",
    "def p(self, user_id: 1 / 0) -> Query[Task]:": "pattern.annotation",
    "def p(self, user_id: int) -> Query[Task]:": "pattern.argument_type",
    "async def p(self, user_id: str) -> Query[Task]:": "pattern.branches",
    "def p(self, user_id: str, extra: str) -> Query[Task]:": "pattern.unused_argument",
}


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_that_hides_what_is_asked_is_refused(signature: str, codes: Design) -> None:
    text = f'{signature}\n    """A user\'s."""\n    return Task.by_id.query(user_id=user_id)'
    assert [SIGNATURES[signature]] == codes(text)


def test_an_async_pattern_is_refused_without_its_source_too(stripped_codes: Design) -> None:
    assert ["pattern.branches"] == stripped_codes(f"async {method(GOOD['plain'])}")


def test_a_pattern_that_yields_is_refused_with_and_without_its_source(
    codes: Design, stripped_codes: Design
) -> None:
    text = method("yield Task.by_id.query(user_id=user_id)")
    assert [["pattern.branches"]] * 3 == [
        codes(text),
        stripped_codes(text),
        stripped_codes(f"async {text}"),
    ]


def test_reading_the_repository_in_a_body_is_refused(codes: Design) -> None:
    assert ["pattern.self"] == codes(
        'def p(self) -> Query[Task]:\n    "Mine."\n    return Task.by_id.query(user_id=self.me)'
    )


def test_an_unknown_name_in_a_body_is_refused_with_the_others(codes: Design) -> None:
    assert ["pattern.body"] == codes(method("return Taks.by_id.query(user_id=user_id)"))


def test_a_constant_that_its_own_type_refuses_is_refused_with_the_others(codes: Design) -> None:
    body = "return Task.by_status.query(user_id=user_id, status=Status('late'))"
    assert ["pattern.body"] == codes(method(body))


GOOD = {
    "plain": "return Task.by_id.query(user_id=user_id)",
    "parenthesised chain": "return (\n    Task.by_due.query(user_id=user_id)\n"
    "    .where(field('status').equals(Status.OPEN))\n    .latest_first()\n)",
    "a docstring and a comment": "# why\nreturn Task.by_id.query(user_id=user_id)  # what",
    "enum": "return Task.by_status.query(user_id=user_id, status=Status.DONE)",
    "enum by value": "return Task.by_status.query(user_id=user_id, status=Status('done'))",
    "constant of the module": "return Task.by_id.query(user_id=ANN, task_id=user_id)",
    "range of constants": "return Task.by_due.query(user_id=user_id, due=Range(date(2026, 1, 1)))",
    "joined filters": "return Task.by_id.query(user_id=user_id).where(\n"
    "    (field('due').exists() & ~field('status').equals(Status.DONE)) | field('due').exists())",
    "filter by an argument": "return Task.by_id.query(user_id=ANN).where(\n"
    "    field('task_id').equals(user_id))",
    "beginning": "return Task.by_id.query(user_id=ANN, task_id=StartsWith(user_id))",
    "range to an argument": "return Task.by_id.query(user_id=ANN, task_id=Range.before(user_id))",
    "range from an argument": "return Task.by_id.query(user_id=ANN, task_id=Range(user_id, 'z'))",
    "strongly consistent": "return Task.by_id.query(user_id=user_id).consistent()",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_single_returned_expression_is_accepted(name: str, codes: Design) -> None:
    assert [] == codes(method(GOOD[name]))


@pytest.mark.parametrize("name", sorted(GOOD))
def test_it_is_accepted_without_its_source_too(name: str, stripped_codes: Design) -> None:
    assert [] == stripped_codes(method(GOOD[name]))


def test_a_pattern_may_use_the_names_of_the_function_it_stands_in(
    load: Callable[[str], ModuleType],
) -> None:
    module = load(
        "def make(owner):\n"
        "    class Tasks(Repository, table=table):\n"
        "        @access_pattern\n"
        "        def task(self, task_id: str) -> Query[Task]:\n"
        '            """One of the owner\'s tasks."""\n'
        "            return Task.by_id.query(user_id=owner, task_id=task_id)\n"
        "    return Tasks\n"
        "Tasks = make('bob')\n"
    )

    assert {"user_id": "bob"}.items() <= module.Tasks.plans()[0].equal.items()
