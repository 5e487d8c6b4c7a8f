"""The reviewed text of every operator and clause."""

from __future__ import annotations

import pytest

from tabledesign.expressions import (
    And,
    Clause,
    Condition,
    Exists,
    Or,
    Path,
    Placeholders,
    ValueAt,
    all_of,
    any_of,
    attribute,
    field,
    projection,
    render,
    render_condition,
    render_projection,
    render_update,
    update,
)
from tabledesign.expressions.comparisons import STORED_TYPES
from tabledesign.keys.slot import Slot

# Null is a value that may stand in, other than none at all.
SET_NULL_AND_APPEND = "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)"
A, B, C = (field(name).exists() for name in "abc")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (field("a").equals(1), "#n0 = :v0"),
        (field("a").not_equals(1), "#n0 <> :v0"),
        (field("a").less(1), "#n0 < :v0"),
        (field("a").at_most(1), "#n0 <= :v0"),
        (field("a").greater(1), "#n0 > :v0"),
        (field("a").at_least(1), "#n0 >= :v0"),
        (field("a").between(1, 2), "#n0 BETWEEN :v0 AND :v1"),
        (field("a").is_in([1]), "#n0 IN (:v0)"),
        (field("a").is_in((1, 2, 3)), "#n0 IN (:v0, :v1, :v2)"),
        (field("a").exists(), "attribute_exists(#n0)"),
        (field("a").not_exists(), "attribute_not_exists(#n0)"),
        (field("a").has_type("text_set"), "attribute_type(#n0, :v0)"),
        (field("a").begins_with("x"), "begins_with(#n0, :v0)"),
        (field("a").contains("x"), "contains(#n0, :v0)"),
        (field("a").size().equals(1), "size(#n0) = :v0"),
        (field("a").size().between(1, 2), "size(#n0) BETWEEN :v0 AND :v1"),
        (field("a").size().is_in([1, 2]), "size(#n0) IN (:v0, :v1)"),
        (field("a").size().less(field("b").size()), "size(#n0) < size(#n1)"),
        (field("a").less(field("b")["c"][3]), "#n0 < #n1.#n2[3]"),
        (field("a")["a"].equals(field("a")), "#n0.#n0 = #n0"),
    ],
)
def test_every_test_has_its_text(condition: Condition, text: str) -> None:
    assert text == render(condition).text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (A & B & C, "a AND b AND c"),
        (A & (B & C), "a AND b AND c"),
        (A | B | C, "a OR b OR c"),
        (A & B | C, "a AND b OR c"),
        (A | B & C, "a OR b AND c"),
        ((A | B) & C, "(a OR b) AND c"),
        (A & (B | C), "a AND (b OR c)"),
        (~A, "NOT (a)"),
        (~~A, "a"),
        (~(A & B) | C, "NOT (a AND b) OR c"),
        (~((A | B) & C), "NOT ((a OR b) AND c)"),
        (all_of(A), "a"),
        (all_of(A, B & C), "a AND b AND c"),
        (any_of(A), "a"),
        (any_of(A, B | C), "a OR b OR c"),
    ],
)
def test_parentheses_stand_where_precedence_needs_them_and_around_what_is_negated(
    condition: Condition, text: str
) -> None:
    rendered = render(condition)
    shown = rendered.text
    for placeholder, name in rendered.names.items():
        shown = shown.replace(f"attribute_exists({placeholder})", name)
    assert text == shown


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (field("a").assign(1), "SET #n0 = :v0"),
        (field("a").assign(field("b")), "SET #n0 = #n1"),
        (field("a")["b"][0].assign(1), "SET #n0.#n1[0] = :v0"),
        (field("a").assign_if_absent(1), "SET #n0 = if_not_exists(#n0, :v0)"),
        (field("a").increment(1), "SET #n0 = #n0 + :v0"),
        (field("a").increment(1, when_absent=0), "SET #n0 = if_not_exists(#n0, :v0) + :v1"),
        (field("a").append([1]), "SET #n0 = list_append(#n0, :v0)"),
        (
            field("a").append([1], when_absent=[]),
            "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)",
        ),
        (field("a").prepend([1]), "SET #n0 = list_append(:v0, #n0)"),
        (
            field("a").prepend([1], when_absent=[]),
            "SET #n0 = list_append(:v0, if_not_exists(#n0, :v1))",
        ),
        (field("a").append([1], when_absent=None), SET_NULL_AND_APPEND),
        (field("a").remove(), "REMOVE #n0"),
        (field("a").add(1), "ADD #n0 :v0"),
        (field("a").discard({1}), "DELETE #n0 :v0"),
    ],
)
def test_every_clause_has_its_text(clause: Clause, text: str) -> None:
    assert text == render(update(clause)).text


@pytest.mark.parametrize(
    ("clause", "values"),
    [
        (field("a").assign(1), [1]),
        (field("a").assign_if_absent(2), [2]),
        (field("a").increment(3), [3]),
        (field("a").increment(4, when_absent=5), [5, 4]),
        (field("a").append([6], when_absent=[7]), [[7], [6]]),
        (field("a").prepend([8], when_absent=[9]), [[8], [9]]),
        (field("a").add(10), [10]),
        (field("a").discard({11}), [{11}]),
    ],
)
def test_every_clause_brings_its_values(clause: Clause, values: list[object]) -> None:
    assert values == [at.value for at in render(update(clause)).values.values()]


def test_an_update_has_one_section_of_each_kind_whatever_the_order_of_its_clauses() -> None:
    changes = update(
        field("tags").discard({"x"}),
        field("due").remove(),
        field("title").assign("Rest"),
        field("visits").add(1),
        field("count").increment(1),
        field("notes").remove(),
    )
    assert (
        render(changes).text
        == "SET #n0 = :v0, #n1 = #n1 + :v1 REMOVE #n2, #n3 ADD #n4 :v2 DELETE #n5 :v3"
    )


def test_list_elements_are_removed_from_the_last_index_to_the_first() -> None:
    lines, rows = field("lines"), field("rows")
    removed = [lines[2], rows[0], lines[10], lines[3]["x"], rows[1], lines[3]["y"], field("due")]
    changes = update(*(path.remove() for path in removed))
    assert [str(clause.path) for clause in changes.removes()] == [
        "lines[10]",
        "lines[3].x",
        "lines[3].y",
        "lines[2]",
        "rows[1]",
        "rows[0]",
        "due",
    ]


def test_a_projection_lists_its_paths() -> None:
    rendered = render(projection("title", attribute("address")["city"], "x.y"))
    assert rendered.text == "#n0, #n1.#n2, #n3"
    assert rendered.names == {"#n0": "title", "#n1": "address", "#n2": "city", "#n3": "x.y"}
    assert rendered.values == {}


def test_expressions_of_one_request_share_names_and_count_values_on() -> None:
    into = Placeholders()
    texts = (
        render_condition(attribute_equals("pk") & field("due").less(2), into),
        render_condition(field("due").exists() | field("status").equals(3), into),
        render_projection(projection("pk", "status"), into),
        render_update(update(field("due").assign(4)), into),
    )
    assert texts == (
        "#n0 = :v0 AND #n1 < :v1",
        "attribute_exists(#n1) OR #n2 = :v2",
        "#n0, #n2",
        "SET #n1 = :v3",
    )
    assert into.names == {"#n0": "pk", "#n1": "due", "#n2": "status"}
    assert {key: at.value for key, at in into.values.items()} == {
        ":v0": 1,
        ":v1": 2,
        ":v2": 3,
        ":v3": 4,
    }


def test_equal_values_have_placeholders_of_their_own() -> None:
    rendered = render(field("a").between(1, 1) | field("b").equals(1))
    assert rendered.text == "#n0 BETWEEN :v0 AND :v1 OR #n1 = :v2"


def test_the_tenth_value_is_not_taken_for_the_first() -> None:
    rendered = render(field("a").is_in(list(range(12))))
    assert [rendered.values[f":v{n}"].value for n in (1, 10, 11)] == [1, 10, 11]


def test_names_that_look_like_syntax_are_placeholders_only() -> None:
    for name in ("size", "a.b", "a[0]", "#n1", ":v0", "a = b OR c", "状態", "with space"):
        rendered = render(field(name).equals(1))
        assert (rendered.text, dict(rendered.names)) == ("#n0 = :v0", {"#n0": name})


def test_a_field_is_rendered_under_its_stored_name_and_its_value_knows_the_field() -> None:
    stored = {"due": "d"}

    def locate(path: Path) -> Path:
        return Path((stored.get(path.name, path.name), *path.segments[1:]))

    into = Placeholders(locate)
    assert render_condition(field("due")["x"].equals(1), into) == "#n0.#n1 = :v0"
    assert into.names == {"#n0": "d", "#n1": "x"}
    assert into.values == {":v0": ValueAt(attribute("due")["x"], 1, "whole")}


def test_every_value_says_what_it_is_to_its_path() -> None:
    path = field("a")
    values = [
        render(expression).values
        for expression in (
            path.equals(1),
            path.begins_with("x"),
            path.contains("x"),
            path.size().less(1),
            path.has_type("number_set"),
            update(path.increment(1)),
            update(path.append([1])),
            update(path.discard({1})),
            update(path.add(1)),
        )
    ]
    assert [at[":v0"].role for at in values] == [
        *("whole", "prefix", "element", "size", "type", "number", "items", "members", "addend")
    ]
    assert values[4][":v0"].value == "NS"


def test_slots_are_rendered_once_and_filled_at_every_call() -> None:
    rendered = render(field("due").between(Slot("start", int), Slot("end", int)))

    def encode_with(arguments: dict[str, int]) -> dict[str, dict[str, str]]:
        def number(at: ValueAt) -> dict[str, str]:
            assert isinstance(at.value, Slot)
            return {"N": str(arguments[at.value.name])}

        return rendered.encoded(number)

    assert rendered.text == "#n0 BETWEEN :v0 AND :v1"
    assert encode_with({"start": 1, "end": 2}) == {":v0": {"N": "1"}, ":v1": {"N": "2"}}
    assert encode_with({"start": 3, "end": 4}) == {":v0": {"N": "3"}, ":v1": {"N": "4"}}


def test_joints_made_by_hand_are_flattened_like_those_made_by_operators() -> None:
    assert And((And((A, B)), C)) == A & B & C
    assert Or((A, Or((B, C)))) == A | B | C


def test_values_do_not_show_in_the_text_or_form_of_an_expression() -> None:
    condition = field("email").equals("canary") & field("a").is_in(["canary"])
    changes = update(field("a").assign("canary"), field("b").append(["canary"]))
    shown = (repr(condition), repr(changes), repr(render(condition)), repr(render(changes)))
    assert not any("canary" in text for text in shown)


def attribute_equals(name: str) -> Condition:
    return field(name).equals(1)


def test_a_path_is_the_same_place_however_it_was_made() -> None:
    assert field("a")["b"] == attribute("a")["b"]
    assert len({field("a"), attribute("a"), attribute("b")}) == 2
    assert field("a").size() != field("a")
    assert Exists(field("a")) == Exists(attribute("a"))


def test_a_list_that_is_put_before_another_is_a_list_of_elements() -> None:
    [at] = render(update(field("a").prepend([1]))).values.values()
    assert ValueAt(attribute("a"), [1], "items") == at


def test_a_value_is_compared_whole_where_nothing_else_is_said() -> None:
    assert ValueAt(attribute("a"), 1, "whole") == ValueAt(attribute("a"), 1)


def test_every_stored_type_has_dynamodbs_letters() -> None:
    letters = {name: render(field("a").has_type(name)).values[":v0"].value for name in STORED_TYPES}
    assert {
        "text": "S",
        "number": "N",
        "binary": "B",
        "boolean": "BOOL",
        "null": "NULL",
        "list": "L",
        "map": "M",
        "text_set": "SS",
        "number_set": "NS",
        "binary_set": "BS",
    } == letters
