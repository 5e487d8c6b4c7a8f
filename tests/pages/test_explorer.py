"""The table explorer as a person has it: by keys, by mouse, on a phone, at night."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import Locator, Page, expect
from tests.gateway.explorer.shop import explorer_of, stocked, store, stored

from tabledesign.gateway.explorer.pages import explorer_pages
from tabledesign.gateway.guard import App, Receive, Scope, Send
from tabledesign.gateway.serving import LOOPBACK, listening
from tabledesign.gateway.site import site

from .conftest import SCHEMES, WIDTHS, Opened, Scheme

pytestmark = pytest.mark.pages

MARKUP = '<img src="x" onerror="document.title=1"> & <b>bold</b>'
DUE = "?tenant=acme&pattern=due&arg=customer_id%3Dann&arg=days%3D2026-05-03..2026-05-05&ask="


async def _no_api(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def _served(app: App, listener: Any) -> Generator[None]:
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield
    server.should_exit = True
    thread.join(30)


@pytest.fixture(scope="module")
def shop() -> Generator[str]:
    """The address of an explorer of the shop, with a few things in it that should not be there."""
    with stocked() as engine, listening(0) as listener:
        store(engine, {**stored(engine, "o09"), "title": {"S": MARKUP}})
        store(engine, {**stored(engine, "o10"), "state": {"S": "lost"}})
        ghost = {"pk": {"S": "acme#customer#ann#"}, "sk": {"S": "~"}, "entity": {"S": "Ghost"}}
        store(engine, ghost)
        port: int = listener.getsockname()[1]
        pieces = explorer_pages(explorer_of(engine))
        with _served(site(pieces, _no_api, title="Shop", port=port), listener):
            yield f"http://{LOOPBACK}:{port}/explorer"


def ready(page: Page) -> Page:
    expect(page.locator('#explorer[aria-busy="false"]')).to_be_visible()
    return page


def ids(rows: Locator) -> list[str]:
    return cast("list[str]", rows.evaluate_all("rows => rows.map(row => row.dataset.id)"))


def order_of_lines(page: Page) -> list[str]:
    """The rows of the table from above: bounds, rows in the interval, and others."""
    rows = page.locator("#grid tbody tr")
    kinds: list[str] = rows.evaluate_all(
        "rows => rows.map(row => row.matches('.bound') ? row.innerText.split(/\\s/)[0]"
        " : row.matches('.touched') ? 'in' : 'out')"
    )
    return kinds


def test_a_pattern_is_found_filled_in_and_asked_by_keys_alone(shop: str, opened: Opened) -> None:
    page = ready(opened(shop))

    page.keyboard.press("/")
    page.keyboard.type("range soonest")
    page.keyboard.press("Enter")
    expect(page.get_by_label("customer_id text")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("ann")
    page.keyboard.press("Tab")
    page.keyboard.type("05032026")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    if page.locator("input[name=daysto]").evaluate("it => it !== document.activeElement"):
        page.locator("input[name=daysto]").focus()
    page.keyboard.type("05052026")
    page.keyboard.press("Enter")

    expect(page.locator("#rows li")).to_have_count(3)
    ready(page)
    assert ids(page.locator("tr.touched")) == ids(page.locator("#rows li"))
    assert "days%3D2026-05-03..2026-05-05" in page.url


def test_the_interval_lies_between_its_bounds_and_its_neighbours(shop: str, opened: Opened) -> None:
    page = ready(opened(shop + DUE))

    assert ["out", "out", "from", "in", "in", "in", "to", *["out"] * 7] == order_of_lines(page)
    expect(page.locator(".bound.begins")).to_contain_text("Order#due#2026-05-03#")
    expect(page.locator(".bound.ends")).to_contain_text("Order#due#2026-05-05$")
    assert ["1", "2", "3"] == [
        text.split()[0] for text in page.locator("tr.touched td.number").all_inner_texts()
    ]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("due&arg=customer_id%3Dann&arg=days%3D..", 11),
        ("due&arg=customer_id%3Dann&arg=days%3D2027-01-01..", 0),
        ("due_last&arg=customer_id%3Dann&arg=days%3D%3E2026-05-08..", 3),
        ("account&arg=customer_id%3Dann", 13),
        ("titled&arg=customer_id%3Dann&arg=state%3Dopen&arg=beginning%3DOrder%201", 4),
        ("customer&arg=customer_id%3Dann", 1),
        ("orders_by_id&arg=customer_id%3Dann&arg=ids%3Do01%2Co02%2Co99", 2),
    ],
)
def test_what_is_marked_is_exactly_what_was_answered(
    shop: str, opened: Opened, query: str, rows: int
) -> None:
    page = ready(opened(f"{shop}?tenant=acme&pattern={query}&ask="))

    answered = ids(page.locator("#rows li"))
    assert rows == len(answered)
    assert sorted(answered) == sorted(ids(page.locator("tr.touched")))


def test_an_address_says_all_and_back_goes_back(shop: str, opened: Opened) -> None:
    page = ready(opened(shop))
    page.get_by_role("button", name="gsi1").click()
    expect(page.locator("#where")).to_contain_text("Index gsi1")
    page.get_by_role("button", name="Open partition acme#Order#ann#").click()
    expect(page.locator("#where")).to_contain_text("ann")

    again = ready(opened(page.url))
    expect(again.locator("#where")).to_contain_text("ann")

    page.go_back()
    expect(page.locator("#grid table.alone")).to_have_count(0)
    page.go_back()
    expect(page.locator("#where")).to_have_text("Table shop")


def test_pages_of_an_answer_turn_by_keys(shop: str, opened: Opened) -> None:
    query = "&limit=4&pattern=due&arg=customer_id%3Dann&arg=days%3D..2026-05-09&ask="
    page = ready(opened(f"{shop}?tenant=acme{query}"))
    seen = ids(page.locator("#rows li"))
    page.keyboard.press("]")
    expect(page.locator("#rows li").first).to_contain_text("o05")
    seen += ids(page.locator("#rows li"))
    page.keyboard.press("]")
    expect(page.locator("#rows li")).to_have_count(1)
    seen += ids(ready(page).locator("#rows li"))

    assert [f'["acme#customer#ann#","Order#o0{number}#"]' for number in range(1, 10)] == seen
    assert ["begins", "to"] == [
        "begins" if kind == "The" else kind
        for kind in order_of_lines(page)
        if kind not in ("in", "out")
    ]
    page.keyboard.press("[")
    expect(page.locator("#rows li").first).to_contain_text("o05")


def test_after_going_back_the_page_before_is_still_known(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme&limit=4"))
    first = before = ids(page.locator("tr.item"))
    for turn in ("]", "]"):
        before = ids(ready(page).locator("tr.item"))
        page.keyboard.press(turn)
        expect(page.locator(f"tr.item[data-id='{before[0]}']")).to_have_count(0)
    page.go_back()
    expect(page.locator(f"tr.item[data-id='{before[0]}']")).to_have_count(1)

    ready(page).keyboard.press("[")

    expect(page.locator(f"tr.item[data-id='{first[0]}']")).to_have_count(1)
    assert first == ids(ready(page).locator("tr.item"))


@pytest.mark.parametrize("query", ["?tenant=nobody", "?tenant=acme&limit=0", "?place=gsi9"])
def test_from_an_address_that_is_wrong_one_starts_again(
    shop: str, opened: Opened, query: str
) -> None:
    page = opened(f"{shop}{query}")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Start again").click()

    expect(page.locator("tr.item").first).to_be_visible()


def test_an_index_is_chosen_by_its_number(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme"))
    page.keyboard.press("1")
    expect(page.locator("#where")).to_have_text("Index gsi1")
    page.keyboard.press("0")
    expect(page.locator("#where")).to_have_text("Table shop")


def test_rows_are_walked_and_opened_by_keys_and_shown_elsewhere(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme&place=gsi1&partition=acme%23Order%23ann%23"))

    page.keyboard.press("t")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    details = page.locator(".details:visible")
    expect(details).to_contain_text("acme#customer#ann#  Order#o02#")
    details.get_by_role("button", name="Show it in titles").click()

    expect(page.locator("#where")).to_contain_text("Index titles")
    focused = page.locator("tr.item:focus-within")
    expect(focused).to_contain_text("o02")


def test_stored_markup_is_shown_as_text(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme&partition=acme%23customer%23ann%23"))
    for button in page.locator("button.open").all():
        button.click()

    expect(page.locator("tr.item", has_text="o09")).to_contain_text(MARKUP)
    assert 0 == page.locator("#grid img, #grid b, #told img").count()
    assert "Table explorer · Shop" == page.title()


def test_what_cannot_be_read_and_what_is_unknown_is_shown_with_the_reason(
    shop: str, opened: Opened
) -> None:
    page = ready(opened(f"{shop}?tenant=acme&partition=acme%23customer%23ann%23"))

    expect(page.locator("tr.faulty", has_text="o10")).to_contain_text("cannot be read")
    expect(page.locator("tr.unknown")).to_contain_text("it is stored as 'Ghost'")


def test_a_wrong_argument_is_told_at_its_field(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme&pattern=large"))
    page.get_by_label("at_least").fill("much")
    page.get_by_role("button", name="Ask").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("at_least.* is not a number"))
    expect(page.locator("input[name=at_least]")).to_be_focused()
    assert "true" == page.locator("input[name=at_least]").get_attribute("aria-invalid")


def test_a_cursor_of_yesterday_is_told_and_one_starts_again(shop: str, opened: Opened) -> None:
    page = opened(f"{shop}?tenant=acme&place=gsi1&cursor=AQAA")

    expect(page.get_by_role("alert")).to_contain_text("The cursor is not valid here")
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("tr.item").first).to_be_visible()


def test_another_tenant_is_another_table(shop: str, opened: Opened) -> None:
    page = ready(opened(shop))
    page.get_by_label("Tenant").select_option("zeta")

    expect(page.locator("tr.item")).to_have_count(1)
    expect(page.locator("#grid")).to_contain_text("A secret of zeta")


def test_entities_are_put_out_of_sight_and_brought_back(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme"))
    toggle = page.locator("#legend").get_by_role("button", name="Order")
    orders = page.locator("tr.item .entity", has_text=re.compile("^Order$"))
    expect(orders).to_have_count(13)

    toggle.click()
    expect(orders).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("13 not shown")
    toggle.click()
    expect(page.locator("tr.item")).to_have_count(17)


def test_keys_are_listed_and_single_ones_can_be_put_off(shop: str, opened: Opened) -> None:
    page = ready(opened(shop))
    page.keyboard.press("?")
    page.get_by_label("Single keys do this").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()

    page.keyboard.press("1")

    expect(page.locator("#where")).to_have_text("Table shop")


def test_an_empty_form_is_filled_from_the_row_that_is_looked_at(shop: str, opened: Opened) -> None:
    page = ready(opened(f"{shop}?tenant=acme&place=titles&partition=acme%23Order%23bob%23sent%23"))
    page.keyboard.press("t")
    page.keyboard.press("/")
    page.keyboard.type("titles")
    page.keyboard.press("Enter")

    expect(page.get_by_label("customer_id text")).to_have_value("bob")
    expect(page.locator("select[name=state]")).to_have_value("sent")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("query", ["?tenant=acme", DUE])
def test_it_fits_and_can_be_read(
    shop: str, opened: Opened, width: int, scheme: Scheme, query: str
) -> None:
    page = ready(opened(shop + query, width=width, scheme=scheme))
    page.locator("button.open").first.click()

    assert width == page.evaluate("document.documentElement.scrollWidth")
    assert [] == page.evaluate(FAINT)


FAINT = """() => {
  const number = (text) => text.match(/[\\d.]+/g).map(Number);
  const over = (top, under) => {
    const [r, g, b, a = 1] = top;
    return [r, g, b].map((part, i) => part * a + under[i] * (1 - a));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const c = part / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const own = number(getComputedStyle(element).backgroundColor);
    return (own[3] ?? 1) === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement));
  };
  const faint = [];
  for (const element of document.querySelectorAll("main *")) {
    const said = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!said || !element.checkVisibility() || element.closest(":disabled")) continue;
    const ground = behind(element);
    const pair = [light(number(getComputedStyle(element).color)), light(ground)];
    const [a, b] = pair.sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) faint.push([element.className, element.textContent, contrast]);
  }
  return faint;
}"""
"""Visible texts whose contrast is below 4.5 to 1, what WCAG asks of texts of usual size."""
