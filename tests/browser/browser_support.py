"""Constants and small helpers of the browser tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"
_index: list[Path] = []


def use_index(folder: Path) -> Path:
    _index.append(folder)
    return folder


def server_index() -> Path:
    """The index of the running app."""
    return _index[-1]


def settled(page: Page) -> None:
    """Wait until the script has run to its end and charts are drawn."""
    page.wait_for_function("document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning'")
    page.wait_for_timeout(900)
