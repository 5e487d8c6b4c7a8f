"""Generated expressions, read back by a parser of DynamoDB's grammar of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from tabledesign.expressions import (
    Add,
    And,
    Append,
    Assign,
    AssignIfAbsent,
    BeginsWith,
    Between,
    Clause,
    Compare,
    Condition,
    Contains,
    Discard,
    Exists,
    FieldPath,
    HasType,
    In,
    Increment,
    Not,
    NotExists,
    Or,
    Path,
    Prepend,
    Remove,
    Rendered,
    Size,
    Update,
    field,
    render,
)
from tabledesign.expressions.comparisons import Comparison

Tree = tuple[Any, ...]

NAMES = [
    *("a", "status", "size", "SET", "and", "AND", "NULL", "x.y", "a b", "a[0]", "#n0", ":v1", "n1"),
    *("", "0", "größe", "状態", "🗓", "a#n1", "'", '"', "\\", "(", ",", "%", "\n", "=", "\x00"),
]
OPERATORS: tuple[Comparison, ...] = ("=", "<>", "<", "<=", ">", ">=")

# --- the reader ---------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(#n\d+|:v\d+|\w+|<>|<=|>=|[=<>(),.\[\]+])")


class Reader:
    """Recursive descent over one expression; every placeholder is looked up as it is met."""

    def __init__(self, rendered: Rendered) -> None:
        self.rendered = rendered
        self.met: list[str] = []
        self.tokens: list[str] = []
        self.groups: set[tuple[int, int]] = set()
        at = 0
        while at < len(rendered.text):
            found = _TOKEN.match(rendered.text, at)
            assert found, f"no token at {rendered.text[at:]!r}"
            self.tokens.append(found[1])
            at = found.end()

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[ahead] if ahead < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.tokens.pop(0)
        assert expected in (None, token)
        return token

    def condition(self) -> Tree:
        return self._joined("OR", lambda: self._joined("AND", self._negation))

    def update(self) -> list[Tree]:
        actions: list[Tree] = []
        for keyword in ("SET", "REMOVE", "ADD", "DELETE"):
            if self.peek() == keyword:
                self.take()
                actions.append(self._action(keyword))
                while self.peek() == ",":
                    self.take()
                    actions.append(self._action(keyword))
        return actions

    def end(self) -> None:
        """Everything was read, every placeholder met, in the order of their numbers."""
        assert self.tokens == []
        assert list(self.rendered.names) == list(dict.fromkeys(p for p in self.met if p[0] == "#"))
        assert list(self.rendered.values) == [p for p in self.met if p[0] == ":"]
        assert [*self.rendered.names] == [f"#n{n}" for n in range(len(self.rendered.names))]
        assert [*self.rendered.values] == [f":v{n}" for n in range(len(self.rendered.values))]

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self.peek() == word:
            self.take()
            parts.append(part())
        return (word, *parts) if len(parts) > 1 else parts[0]

    def _negation(self) -> Tree:
        if self.peek() == "NOT":
            self.take()
            return ("NOT", self._negation())
        if self.peek() == "(":
            outside = len(self.tokens)
            self.take()
            inside = len(self.tokens)
            inner = self.condition()
            # DynamoDB refuses redundant parentheses.
            assert (inside, len(self.tokens)) not in self.groups
            self.take(")")
            self.groups.add((outside, len(self.tokens)))
            return inner
        return self._test()

    def _test(self) -> Tree:
        if self.peek(1) == "(" and self.peek() != "size":
            return self._call()
        left = self._operand()
        word = self.take()
        if word == "BETWEEN":
            low = self._operand()
            self.take("AND")
            return (word, left, low, self._operand())
        if word == "IN":
            return (word, left, *self._arguments())
        assert word in OPERATORS
        return (word, left, self._operand())

    def _call(self) -> Tree:
        return (self.take(), *self._arguments())

    def _arguments(self) -> Iterator[Tree]:
        self.take("(")
        yield self._operand()
        while self.peek() == ",":
            self.take()
            yield self._operand()
        self.take(")")

    def _operand(self) -> Tree:
        if self.peek(1) == "(":
            return self._call()
        if self.peek().startswith(":"):
            self.met.append(self.take())
            return ("value", self.rendered.values[self.met[-1]].value)
        segments: list[str | int] = [self._name()]
        while self.peek() in (".", "["):
            if self.take() == ".":
                segments.append(self._name())
            else:
                segments.append(int(self.take()))
                self.take("]")
        return ("path", *segments)

    def _name(self) -> str:
        self.met.append(self.take())
        return self.rendered.names[self.met[-1]]

    def _action(self, keyword: str) -> Tree:
        target = self._operand()
        if keyword == "REMOVE":
            return (keyword, target)
        if keyword != "SET":
            return (keyword, target, self._operand())
        self.take("=")
        value = self._operand()
        if self.peek() == "+":
            self.take()
            value = ("+", value, self._operand())
        return (keyword, target, value)


# --- what is to be read -------------------------------------------------------------------------


def shown(value: object) -> Tree:
    if isinstance(value, Path):
        return ("path", *value.segments)
    return ("size", shown(value.path)) if isinstance(value, Size) else ("value", value)


def condition_tree(condition: Condition) -> Tree:
    match condition:
        case And(parts):
            return ("AND", *map(condition_tree, parts))
        case Or(parts):
            return ("OR", *map(condition_tree, parts))
        case Not(part):
            return ("NOT", condition_tree(part))
        case Compare(left, operator, right):
            return (operator, shown(left), shown(right))
        case Between(operand, low, high):
            return ("BETWEEN", shown(operand), shown(low), shown(high))
        case In(operand, values):
            return ("IN", shown(operand), *map(shown, values))
        case Exists(path):
            return ("attribute_exists", shown(path))
        case NotExists(path):
            return ("attribute_not_exists", shown(path))
        case HasType(path, stored):
            return ("attribute_type", shown(path), ("value", {"text": "S", "map": "M"}[stored]))
        case BeginsWith(path, value):
            return ("begins_with", shown(path), shown(value))
        case Contains(path, value):
            return ("contains", shown(path), shown(value))
        case _:
            raise AssertionError(condition)


def clause_tree(clause: Clause) -> Tree:
    path = shown(clause.path)
    match clause:
        case Assign(_, value):
            return ("SET", path, shown(value))
        case AssignIfAbsent(_, value):
            return ("SET", path, ("if_not_exists", path, shown(value)))
        case Increment(_, value, 0):
            return ("SET", path, ("+", ("if_not_exists", path, ("value", 0)), shown(value)))
        case Increment(_, value):
            return ("SET", path, ("+", path, shown(value)))
        case Append(_, value):
            return ("SET", path, ("list_append", path, shown(value)))
        case Prepend(_, value):
            return ("SET", path, ("list_append", shown(value), path))
        case Remove():
            return ("REMOVE", path)
        case Add(_, value):
            return ("ADD", path, shown(value))
        case Discard(_, value):
            return ("DELETE", path, shown(value))
        case _:
            raise AssertionError(clause)


# --- the generator ------------------------------------------------------------------------------


class Generator:
    """Expressions at random; every value is another number, so that no two can be confused."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.numbers = count(1_000)

    def name(self) -> str:
        return self.random.choice(NAMES) or f"any{self.random.randrange(50)}"

    def path(self) -> FieldPath:
        path = field(self.name())
        while self.random.random() < 0.25:
            path = path[self.random.randrange(12) if self.random.random() < 0.5 else self.name()]
        return path

    def other(self, than: object) -> object:
        if self.random.random() < 0.85:
            return next(self.numbers)
        other = self.path()
        return next(self.numbers) if other == than else other

    def test(self) -> Condition:
        path = self.path()
        operand = path.size() if self.random.random() < 0.2 else path
        match self.random.randrange(9):
            case 0:
                return path.exists()
            case 1:
                return path.not_exists()
            case 2:
                return path.begins_with(self.other(path))
            case 3:
                return path.contains(self.other(path))
            case 4:
                return path.has_type(self.random.choice(("text", "map")))
            case 5:
                return operand.between(self.other(operand), self.other(operand))
            case 6:
                few = self.random.choice((1, 2, 12))
                return operand.is_in([self.other(operand) for _ in range(few)])
            case _:
                return Compare(operand, self.random.choice(OPERATORS), self.other(operand))

    def condition(self, depth: int = 4) -> Condition:
        if depth == 0 or self.random.random() < 0.3:
            return self.test()
        match self.random.randrange(4):
            case 0:
                return ~self.condition(depth - 1)
            case 1:
                return self.condition(depth - 1) & self.condition(depth - 1)
            case 2:
                return self.condition(depth - 1) | self.condition(depth - 1)
            case _:
                joint = self.random.choice((And, Or))
                return joint(tuple(self.condition(depth - 1) for _ in range(3)))

    def clauses(self) -> tuple[Clause, ...]:
        names = self.random.sample([name for name in NAMES if name], self.random.randint(1, 9))
        return tuple(clause for name in names for clause in self._clauses_of(field(name)))

    def _clauses_of(self, whole: FieldPath) -> list[Clause]:
        part = whole["x"][1] if self.random.random() < 0.2 else whole
        match self.random.randrange(10):
            case 0:
                return [part.assign_if_absent(next(self.numbers))]
            case 1:
                return [part.increment(next(self.numbers))]
            case 2:
                return [part.increment(next(self.numbers), when_absent=0)]
            case 3:
                return [part.append(next(self.numbers))]
            case 4:
                return [part.prepend(next(self.numbers))]
            case 5:
                return [part.remove()]
            case 6:
                return [whole[n].remove() for n in self.random.sample(range(12), 3)]
            case 7:
                return [whole.add(next(self.numbers))]
            case 8:
                return [whole.discard(next(self.numbers))]
            case _:
                return [part.assign(self.other(part))]


@pytest.mark.parametrize("count", [4_000, pytest.param(30_000, marks=pytest.mark.full)])
def test_generated_conditions_read_back_as_the_same_tree(count: int) -> None:
    generator = Generator(seed=45)
    for _ in range(count):
        condition = generator.condition()
        reader = Reader(render(condition))
        assert reader.condition() == condition_tree(condition)
        reader.end()


@pytest.mark.parametrize("count", [3_000, pytest.param(20_000, marks=pytest.mark.full)])
def test_generated_updates_read_back_as_the_same_clauses(count: int) -> None:
    generator = Generator(seed=46)
    for _ in range(count):
        clauses = generator.clauses()
        reader = Reader(render(Update(clauses)))
        assert sorted(map(repr, reader.update())) == sorted(map(repr, map(clause_tree, clauses)))
        reader.end()


@pytest.fixture(scope="module")
def validate() -> Callable[[str, dict[str, object]], str]:
    """Botocore's own check of a request's parameters; an empty report is a pass."""
    model = Session().get_service_model("dynamodb")

    def report(operation: str, parameters: dict[str, object]) -> str:
        shape = model.operation_model(operation).input_shape
        assert shape is not None
        return str(ParamValidator().validate(parameters, shape).generate_report())

    return report


def test_botocore_accepts_generated_updates_under_generated_conditions(
    validate: Callable[[str, dict[str, object]], str],
) -> None:
    generator = Generator(seed=47)
    for _ in range(200):
        changed, held = render(Update(generator.clauses())), render(generator.condition())
        for text, expression in (("UpdateExpression", changed), ("ConditionExpression", held)):
            parameters: dict[str, object] = {
                "TableName": "todo",
                "Key": {"pk": {"S": "User#1#"}},
                text: expression.text,
            }
            if expression.names:
                parameters["ExpressionAttributeNames"] = dict(expression.names)
            if expression.values:
                parameters["ExpressionAttributeValues"] = expression.encoded(
                    lambda at: {"N": str(at.value)}
                )
            assert validate("UpdateItem", parameters) == ""
