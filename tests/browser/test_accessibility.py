"""WCAG A and AA by axe-core on every page, light and dark. What Streamlit itself brings is named, not hidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_support import settled
from playwright.sync_api import Page, expect
from steps import FIGURE, ask, panel

Open = Callable[..., Page]
ALL: dict[str, object] = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What a theme can change."""
PAGES = {
    "chat": "/",
    "figures": "/angka",
    "budget": "/angka?tampilan=Anggaran",
    "checks": "/angka?tampilan=Tidak+cocok",
    "reader": "/dokumen?bagian=1.1",
    "table": "/dokumen?bagian=Lampiran%201",
    "evaluation": "/evaluasi",
    "status": "/tentang",
}
STREAMLIT_OWN: dict[str, str] = {}
"""rule -> selector part of elements that Streamlit draws and the app cannot change."""


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    found = Axe().run(page, options=rules).response["violations"]
    out = []
    for rule in found:
        for node in rule["nodes"]:
            if STREAMLIT_OWN.get(rule["id"], "\0") not in node["html"]:
                out.append(f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node.get('failureSummary', '')[:300]}")
    return out


def check_both_themes(page: Page) -> None:
    for scheme, rules in (("light", ALL), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert not violations(page, rules), scheme


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_in_both_themes(open_page: Open, name: str) -> None:
    page = open_page(PAGES[name])
    expect(page.locator("h1").first).to_be_visible()
    check_both_themes(page)


def test_an_answer_and_its_source_are_accessible_in_both_themes(open_page: Open) -> None:
    page = open_page()
    answer = ask(page, FIGURE)
    check_both_themes(page)
    answer.locator("[class*=st-key-chips-] button:visible").first.click()
    panel(page)
    check_both_themes(page)
