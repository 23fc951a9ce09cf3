"""The running app and the system's Chromium. Without a browser these tests are skipped on a desk and fail in CI."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_support import ARTEFACTS, ROOT, settled, use_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
ANSWER_MS = 60_000
EXPECT_MS = 30_000
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


def browser_path() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if not found:
        message = "no Chromium on PATH (make browser installs it)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browser_path()
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def index_folder(tmp: Path) -> Path:
    """RENSTRA_TEST_INDEX where one is given (a desk), else a fresh index with the shipped vectors."""
    if given := os.environ.get("RENSTRA_TEST_INDEX"):
        return Path(given).absolute()
    folder = tmp / "index"
    command = [sys.executable, "-m", "assistant.cli", "ingest", "--index", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=900)
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started on the real index; feedback goes to a throw-away database."""
    browser_path()
    tmp = tmp_path_factory.mktemp("app")
    port = free_port()
    environment = os.environ | {
        "RENSTRA_INDEX": str(use_index(index_folder(tmp))),
        "RENSTRA_FEEDBACK_URL": f"sqlite:///{tmp}/feedback.sqlite",
        "PYTHONPATH": str(ROOT),
    }
    log = (tmp / "app.log").open("wb")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the app did not start")


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Iterator[Callable[[bool, bool], BrowserContext]]:
    """One window of a kind for all tests: what it has loaded of Streamlit's own files is not loaded again."""
    kept: dict[tuple[bool, bool], BrowserContext] = {}

    def window(phone: bool, dark: bool) -> BrowserContext:
        if (phone, dark) not in kept:
            kept[phone, dark] = new_window(browser, phone, dark)
        return kept[phone, dark]

    yield window
    for context in kept.values():
        context.close()


def new_window(browser: Browser, phone: bool = False, dark: bool = False) -> BrowserContext:
    return browser.new_context(
        viewport=PHONE if phone else DESK,
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )


@pytest.fixture
def open_page(browser: Browser, windows: Callable[[bool, bool], BrowserContext], server: str) -> Iterator[Callable[..., Page]]:
    """`open_page("/angka", phone=True, dark=True)`: the visitor of this test, on that page. `stranger`: somebody else."""
    pages: list[Page] = []
    strangers: list[BrowserContext] = []

    def opened(path: str = "/", phone: bool = False, dark: bool = False, stranger: bool = False) -> Page:
        context = new_window(browser, phone, dark) if stranger else windows(phone, dark)
        if stranger:
            strangers.append(context)
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(ANSWER_MS)
        page.goto(server + path)
        page.wait_for_selector("[data-testid=stMainBlockContainer]")
        return page

    yield opened
    for page in pages:
        page.close()
        page.context.clear_cookies()  # the next test is somebody else
    for context in strangers:
        context.close()


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a screenshot as an artefact of the run."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        settled(page)
        page.screenshot(path=ARTEFACTS / f"{name}.png")

    return keep
