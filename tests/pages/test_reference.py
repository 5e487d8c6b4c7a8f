"""The reference page: read offline, tried as whoever is signed in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Opened

pytestmark = pytest.mark.pages


def test_a_route_is_tried_with_the_token_of_whoever_is_signed_in(
    address: str, opened: Opened
) -> None:
    page = opened(f"{address}/sign-in?next=/reference")
    page.get_by_role("radio", name="Bob").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#as-whom")).to_contain_text("Bob")
    operation = page.locator(".opblock", has=page.locator("[data-path='/v1/lists']")).first
    operation.locator("button.opblock-summary-control").focus()
    page.keyboard.press("Enter")

    with page.expect_response(f"{address}/v1/lists*") as answer:
        operation.get_by_role("button", name="Execute").click()

    assert 200 == answer.value.status
    expect(operation.locator(".live-responses-table")).to_contain_text("summer-party")


def test_without_a_token_it_says_so(address: str, opened: Opened) -> None:
    page = opened(f"{address}/reference")

    expect(page.locator("#as-whom")).to_contain_text("Sign in")
    expect(page.locator(".opblock").first).to_be_visible()
