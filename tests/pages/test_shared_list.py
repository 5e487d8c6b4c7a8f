"""The story of a shared list, in two browsers, by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from .conftest import Opened
from .people import Person

pytestmark = pytest.mark.pages


def test_two_people_share_a_list_from_its_making_to_its_being_taken_away(
    address: str, opened: Opened
) -> None:
    ann = Person(opened(address), address, "Ann")
    ann.types("new-list", "Garden", "<Enter>").expect_said("The list Garden is there.")
    expect(ann.page.locator("#list-title")).to_have_text("Garden")
    ann.types("new-task", "Plant <beans> & peas", "<Enter>")
    ann.expect_said("Plant <beans> & peas is on the list.")
    expect(ann.page.locator("#new-task")).to_be_focused()
    ann.types("share-with", "bob", "<Tab>", "e", "<Tab>", "grows vegetables", "<Enter>")
    ann.expect_said("The list is shared with bob.")
    expect(ann.part("People")).to_contain_text("given by ann")

    bob = Person(opened(address), address, "Bob").opens("Garden")
    expect(bob.part("People")).to_contain_text("“grows vegetables”")
    bob.ticks("Plant <beans> & peas").expect_said("Plant <beans> & peas is done.")
    bob.types("new-task", "Water them", "<Tab>", "01012020", "<Enter>")
    expect(bob.part("Open")).to_contain_text("was due")

    ann.again()
    expect(ann.part("Done")).to_contain_text("by bob")
    ann.ticks("Plant <beans> & peas").expect_said("Plant <beans> & peas is open again.")
    expect(ann.part("Open")).to_contain_text("Plant <beans> & peas")
    ann.presses("Take away from bob").expect_said("bob has no access any more.")
    ann.page.locator("#past-summary").focus()
    ann.page.keyboard.press("Enter")
    expect(ann.page.locator("#past li").last).to_contain_text("ann took away the access of bob")

    gone = bob.page.url
    bob.ticks("Water them")
    bob.page.goto(gone)
    bob.page.reload()
    bob.expect_refused("There is nothing under this address")
    expect(bob.page.get_by_role("navigation", name="Lists")).not_to_contain_text("Garden")


def test_a_viewer_is_shown_everything_and_offered_nothing(address: str, opened: Opened) -> None:
    cy = Person(opened(address), address, "Cy").opens("Summer party")

    expect(cy.box("Order drinks")).to_be_disabled()
    expect(cy.page.locator("#new-task")).to_have_count(0)
    expect(cy.page.locator("#share-with")).to_have_count(0)
    expect(cy.part("People")).to_contain_text("until")


def test_one_leaves_a_list_oneself(address: str, opened: Opened) -> None:
    ann = Person(opened(address), address, "Ann")
    ann.types("new-list", "Choir", "<Enter>").expect_said("The list Choir is there.")
    ann.types("share-with", "sam", "<Enter>").expect_said("The list is shared with sam.")
    ann.types("share-with", "cy", "<Enter>").expect_said("The list is shared with cy.")
    cy = Person(opened(address), address, "Cy").opens("Choir")

    cy.presses("Leave the list").expect_said("You have left the list.")

    expect(cy.page.get_by_role("navigation", name="Lists")).not_to_contain_text("Choir")


def test_a_grant_ends_on_the_day_that_was_chosen(address: str, opened: Opened) -> None:
    ann = Person(opened(address), address, "Ann")
    ann.types("new-list", "Chess", "<Enter>").expect_said("The list Chess is there.")
    ann.page.locator("#share-until").fill("2099-05-06")
    ann.types("share-with", "bob", "<Enter>").expect_said("The list is shared with bob.")

    expect(ann.part("People")).to_contain_text("until May 6, 2099")


def test_what_is_refused_is_told_with_its_place_and_what_was_typed_stays(
    address: str, opened: Opened
) -> None:
    ann = Person(opened(address), address, "Ann").opens("Groceries")
    ann.types("share-with", "nobody-here", "<Enter>")

    ann.expect_refused("/user_id").expect_refused("there is no such user")
    expect(ann.page.locator("#share-with")).to_have_value("nobody-here")


def test_what_is_being_typed_stays_when_one_comes_back_to_the_tab(
    address: str, opened: Opened
) -> None:
    ann = Person(opened(address), address, "Ann").opens("Groceries").types("new-task", "Butt")

    with ann.page.expect_response("**/v1/lists/groceries/members*"):
        ann.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(ann.part("People")).to_be_visible()
    ann.page.keyboard.type("er")

    expect(ann.page.locator("#new-task")).to_have_value("Butter")


def test_whoever_moves_on_before_an_answer_is_there_is_not_brought_back(
    address: str, opened: Opened
) -> None:
    ann = Person(opened(address), address, "Ann").opens("Groceries")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ann.page.route("**/v1/tasks", hold)
    with ann.page.expect_request("**/v1/tasks"):
        ann.types("new-task", "Milk", "<Enter>")
    ann.types("share-with", "b")

    held[0].continue_()
    ann.expect_said("Milk is on the list.")
    ann.page.keyboard.type("ob")

    expect(ann.page.locator("#share-with")).to_have_value("bob")
    expect(ann.page.locator("#new-task")).to_have_value("")


def test_whoever_is_not_signed_in_is_shown_the_way(address: str, opened: Opened) -> None:
    page = opened(f"{address}/app")

    page.locator("#to-sign-in").click()

    page.wait_for_url("**/sign-in?next=/app")


def test_a_token_that_is_not_accepted_leads_to_signing_in_again(
    address: str, opened: Opened
) -> None:
    ann = Person(opened(address), address, "Ann")
    ann.page.evaluate(
        "sessionStorage.setItem('tabledesign.session', JSON.stringify("
        "{...JSON.parse(sessionStorage.getItem('tabledesign.session')), token: 'x.y.z'}))"
    )
    ann.page.reload()

    expect(ann.page.get_by_role("alert").get_by_role("link", name="Sign in")).to_be_visible()
