"""Somebody at the page of lists, who has nothing but keys."""

from __future__ import annotations

from typing import Self

from playwright.sync_api import Locator, Page, expect

__all__ = ["Person"]


class Person:
    """Signed in as one of the sample users, in a tab of their own."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        self.address = address
        page.goto(f"{address}/sign-in?next=/app")
        page.get_by_role("radio", name=name).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/app*")
        expect(page.locator("#list-title")).to_be_visible()

    def types(self, place: str, *keys: str) -> Self:
        """Into the field of that id: texts, and keys in angle brackets such as ``<Enter>``."""
        self.page.locator(f"#{place}").focus()
        for key in keys:
            if key.startswith("<"):
                self.page.keyboard.press(key.strip("<>"))
            else:
                self.page.keyboard.type(key)
        return self

    def opens(self, title: str) -> Self:
        """A list, from those at the side."""
        link = self.page.get_by_role("navigation", name="Lists").get_by_role("link", name=title)
        link.focus()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#list-title")).to_have_text(title)
        return self

    def again(self) -> Self:
        """The page anew, as it is for whoever comes back to it."""
        self.page.reload()
        expect(self.page.locator("#list-title")).to_be_visible()
        return self

    def box(self, title: str) -> Locator:
        """The box of a task."""
        return self.page.get_by_role("checkbox", name=title)

    def ticks(self, title: str) -> Self:
        """A task, by the space bar."""
        self.box(title).focus()
        self.page.keyboard.press("Space")
        return self

    def presses(self, button: str) -> Self:
        """A button, by the enter key."""
        self.page.get_by_role("button", name=button).focus()
        self.page.keyboard.press("Enter")
        return self

    def part(self, name: str) -> Locator:
        """A part of the list: Open, Done or People."""
        return self.page.get_by_role("region", name=name)

    def expect_said(self, text: str) -> Self:
        """That it is told to whoever cannot see the page change."""
        expect(self.page.get_by_role("status")).to_have_text(text)
        return self

    def expect_refused(self, text: str) -> Self:
        """That a problem is shown."""
        expect(self.page.get_by_role("alert")).to_contain_text(text)
        return self
