"""Evaluators, and what everybody meets: phone, dark theme, language, keyboard, speed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from browser_support import settled
from playwright.sync_api import Page, expect
from steps import ask, close_panel, no_sideways_scroll, panel, words

Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]


NASTY = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](http://a.b/c.png)"


def test_evaluators_run_a_set_of_their_own_open_a_miss_and_compare(open_page: Open, shoot: Shoot, tmp_path: Path) -> None:
    items = [
        {"id": "u1", "type": "list", "question": "Sebutkan misi KP2MI", "answer": "lima misi", "must": [["KP2MI"]]},
        {"id": "u2", "type": "factoid", "question": "Apa visi KP2MI?", "answer": NASTY, "must": [["kata yang tidak ada"]]},
    ]
    dataset = tmp_path / "uji-sendiri.jsonl"
    dataset.write_text("\n".join(json.dumps(i) for i in items), encoding="utf-8")
    page = open_page("/evaluasi")
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError("a script ran")))
    for run in (1, 2):
        page.locator("input[type=file]").set_input_files(dataset)
        page.get_by_role("button", name="Jalankan evaluasi").click()
        expect(page.get_by_role("button", name="Hentikan")).to_be_visible()
        expect(page.get_by_text("Selesai dalam")).to_be_visible(timeout=120_000)
        if run == 1:
            expect(page.get_by_text("50%").first).to_be_visible()
            page.get_by_text("u2 ·").click()
            expect(page.get_by_text("Mengapa:")).to_be_visible()
            expect(page.get_by_text(NASTY.replace("http", "http\u200b"))).to_be_visible()
            assert page.locator(".stMain a[href*='a.b'], .stMain a[href^='javascript'], img[src=x], img[src*='a.b']").count() == 0
            shoot(page, "evaluasi")
    page.get_by_label("Bandingkan dengan").click()
    page.get_by_role("option", name=words("uji-sendiri")).first.click()
    expect(page.get_by_text(words("McNemar"))).to_be_visible()
    shoot(page, "evaluasi-banding")
    stranger = open_page("/evaluasi", stranger=True)
    settled(stranger)
    expect(stranger.get_by_text("uji-sendiri")).to_have_count(0)


def test_phone_width_shows_everything_without_sideways_scrolling(open_page: Open, shoot: Shoot) -> None:
    page = open_page(phone=True)
    expect(page.get_by_text("Contoh pertanyaan")).to_be_visible()
    settled(page)
    expect(page.locator("h1")).to_be_in_viewport(ratio=1)  # the chat keeps itself at its end: the first look is at the beginning
    ask(page, "Sebutkan misi KP2MI")
    no_sideways_scroll(page)
    shoot(page, "telepon-tanya")
    for path, name in (
        ("/angka", "angka"),
        ("/dokumen?bagian=Lampiran%201", "dokumen"),
        ("/evaluasi", "evaluasi"),
        ("/tentang", "tentang"),
    ):
        page = open_page(path, phone=True)
        expect(page.locator("h1").first).to_be_visible()
        settled(page)
        no_sideways_scroll(page)
        shoot(page, f"telepon-{name}")


def test_dark_theme(open_page: Open, shoot: Shoot) -> None:
    page = open_page(dark=True)
    ask(page, "Sebutkan misi KP2MI")
    colour = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert sum(int(c) for c in colour.removeprefix("rgb(").rstrip(")").split(",")[:3]) < 150
    shoot(page, "gelap-tanya")
    page = open_page("/angka?tampilan=Anggaran", dark=True)
    expect(page.locator("[data-testid=stMetricValue]").first).to_be_visible()
    shoot(page, "gelap-anggaran")


def test_status_and_language(open_page: Open, shoot: Shoot) -> None:
    page = open_page("/tentang")
    expect(page.get_by_text("Celah yang diketahui")).to_be_visible()
    shoot(page, "tentang")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="About & status")).to_be_visible()
    page.get_by_role("link", name="Targets & Budget").click()
    expect(page.get_by_role("heading", name="Targets & Budget")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Targets & Budget")).to_be_visible()


def test_the_keyboard_alone_asks_and_opens_a_source(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("Contoh pertanyaan")).to_be_visible()
    ask(page, "Sebutkan misi KP2MI")
    page.locator("a[href^='#sumber-']").first.focus()
    page.keyboard.press("Enter")
    panel(page)
    close_panel(page)


def test_nothing_is_fetched_from_elsewhere(open_page: Open, server: str) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/angka", "/dokumen", "/evaluasi", "/tentang"):
        page.goto(server + path)
        expect(page.locator("h1").first).to_be_visible()
        settled(page)
    assert asked
    assert [url for url in asked if not url.startswith((server, server.replace("http", "ws"), "data:", "blob:"))] == []


def test_pages_change_within_a_second(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("Contoh pertanyaan")).to_be_visible()
    for name, heading in (
        ("Target & Anggaran", "Target & Anggaran"),
        ("Tentang", "Tentang & status"),
        ("Target & Anggaran", "Target & Anggaran"),
    ):
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    took = page.evaluate(
        """async () => {
          const began = performance.now();
          [...document.querySelectorAll('a')].find(a => a.textContent.includes('Tentang')).click();
          const there = () => [...document.querySelectorAll('h1')].some(h => h.textContent.includes('Tentang'));
          while (!there()) await new Promise(r => setTimeout(r, 5));
          return performance.now() - began;
        }"""
    )
    assert took < 1000 * 3, f"{took:.0f} ms on a machine that others use as well"
    print(f"page change: {took:.0f} ms")
