"""Who is signed in, as the head of every page tells it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Opened

pytestmark = pytest.mark.pages


def test_somebody_signs_in_with_keys_alone_and_comes_back_to_where_they_were(
    address: str, opened: Opened
) -> None:
    page = opened(f"{address}/")
    page.get_by_role("link", name="Sign in").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?next=*")
    expect(page.get_by_role("radio", name="Ann")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{address}/")
    expect(page.locator("#who")).to_have_text("Bob")


def test_a_second_factor_is_told_and_one_signs_out_again(address: str, opened: Opened) -> None:
    page = opened(f"{address}/sign-in")
    page.get_by_role("radio", name="Ada").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#session")).to_contain_text("with a second factor")

    page.get_by_role("button", name="Sign out").click()

    expect(page.locator("#who")).to_have_count(0)


def test_two_tabs_are_two_people(address: str, opened: Opened) -> None:
    first, second = opened(f"{address}/sign-in"), opened(f"{address}/sign-in")
    for page, name in ((first, "Ann"), (second, "Cy")):
        page.get_by_role("radio", name=name).check()
        page.get_by_role("button", name="Sign in").click()
    for page, name in ((first, "Ann"), (second, "Cy")):
        page.goto(f"{address}/")
        expect(page.locator("#who")).to_have_text(name)


@pytest.mark.parametrize(
    "next_page", ["https://rebound.example/", "//rebound.example/", "javascript:1"]
)
def test_nobody_is_led_away_after_signing_in(address: str, opened: Opened, next_page: str) -> None:
    page = opened(f"{address}/sign-in?next={next_page}")
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url(f"{address}/")
