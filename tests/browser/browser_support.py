"""Constants and small helpers of the browser tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"
_index: list[Path] = []
QUIET = """async () => {
  const shape = () => [...document.querySelectorAll('.stMain *')].slice(-400).map((e) => Math.round(e.getBoundingClientRect().top)).join()
    + document.querySelectorAll('*').length;
  const busy = () => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') !== 'notRunning'
    || document.querySelector('[data-testid=stSkeleton], [data-testid=stAppSkeleton], [data-stale=true]')
    || [...document.querySelectorAll('[data-testid=stDataFrame], [data-testid=stEChartsChart]')].some((e) => !e.querySelector('canvas, svg'))
    || document.getAnimations().some((a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime < 5000);
  let last = '', same = 0;
  for (const end = performance.now() + 15000; same < 3 && performance.now() < end;) {
    await new Promise((done) => setTimeout(done, 70));
    const now = busy() ? '' : shape();
    same = now && now === last ? same + 1 : 0;
    last = now;
  }
}"""
"""A script for the page: three looks in a row at a page that is not busy find everything where it was."""


def use_index(folder: Path) -> Path:
    _index.append(folder)
    return folder


def server_index() -> Path:
    """The index of the running app."""
    return _index[-1]


def settled(page: Page) -> None:
    """Wait until the script has run to its end, charts and grids are drawn, and nothing has moved for a moment."""
    page.evaluate(QUIET)
