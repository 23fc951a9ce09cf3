"""What people do in the app, as steps that the browser tests share."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

INPUT = "[data-testid=stChatInput] textarea"
ACTIONS = "[class*=st-key-actions-]"
FIGURE = "Berapa target persentase Pekerja Migran Indonesia yang meningkat pengetahuan pengelolaan keuangannya tahun 2027?"


def ask(page: Page, question: str) -> Locator:
    """Type a question, press Enter, wait for the finished answer; its message."""
    before = page.locator(ACTIONS).count()
    page.locator(INPUT).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(ACTIONS)).to_have_count(before + 1)
    return page.locator("[data-testid=stChatMessage]").last


def panel(page: Page) -> Locator:
    """What is open beside the page."""
    found = page.locator(".st-key-side-panel")
    expect(found).to_be_visible()
    expect(found).to_have_attribute("role", "complementary")  # from here on Escape is heard
    return found


def close_panel(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-side-panel")).to_have_count(0)


def no_sideways_scroll(page: Page) -> None:
    """The page itself never scrolls sideways (wide tables do, inside their own box)."""
    wide = page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].some(e => e && e.scrollWidth > e.clientWidth + 1)"
    )
    assert not wide, "the page is wider than its window"


def words(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
