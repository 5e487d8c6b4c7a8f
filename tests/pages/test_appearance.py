"""Every page, light and dark, wide and narrow: nothing sticks out, nothing is unreadable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import SCHEMES, WIDTHS, Opened, Scheme

pytestmark = pytest.mark.pages

PAGES = {
    "start": ("/", "h1"),
    "sign-in": ("/sign-in", "h1"),
    "lists": ("/app#summer-party", "#past"),
    "explorer": ("/explorer", "table, [role=grid]"),
    "reference": ("/reference", ".opblock"),
    "nothing-here": ("/nothing-here", "h1"),
}
"""By the name of their picture: the address, and what is there once the page is."""

# The contrast of text with what is behind it (WCAG 2, AA), of every text that is shown.
UNREADABLE = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => {
      v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return rgb(getComputedStyle(document.documentElement).backgroundColor);
  };
  const faults = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility({ opacityProperty: true })) continue;
    if (node.closest(".swagger-ui, noscript, script, option")) continue;
    const style = getComputedStyle(node);
    const [one, other] = [light(rgb(style.color)), light(behind(node))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (contrast < (large ? 3 : 4.5)) {
      faults.add(`${walk.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
    }
  }
  return [...faults];
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_fits_its_width_and_every_text_stands_out(
    address: str, opened: Opened, scheme: Scheme
) -> None:
    page = opened(f"{address}/sign-in", scheme=scheme)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    faults: list[str] = []
    for name, (path, shown) in PAGES.items():
        page.goto(address + path)
        expect(page.locator(shown).first).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{name}: {wide} wide at {width}")
            faults += [f"{name} at {width}: {each}" for each in page.evaluate(UNREADABLE)]
            _keep(page, f"{name}-{scheme}-{width}")

    assert [] == faults


def _keep(page: Page, name: str) -> None:
    """A picture to be looked at, where one is asked for: ``TABLEDESIGN_PICTURES=folder``."""
    folder = os.environ.get("TABLEDESIGN_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
