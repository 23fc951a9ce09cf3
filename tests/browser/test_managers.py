"""Managers in the running app: figures, budget, disagreements, the document; what is saved is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from browser_support import settled
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from steps import FIGURE, ask, panel, words

Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]


def test_managers_see_the_figure_large_with_its_years(open_page: Open, shoot: Shoot) -> None:
    page = open_page("/angka?kata=persentase&ukuran=target")
    expect(page.get_by_text(words("dari .* baris"))).to_be_visible()
    page = open_page()
    answer = ask(page, FIGURE)
    expect(answer.locator("[class*=st-key-card-] [data-testid=stMetricValue]")).to_be_visible()
    shoot(page, "tanya-angka")


def test_managers_filter_export_and_open_the_files(open_page: Open, shoot: Shoot, tmp_path: Path) -> None:
    page = open_page("/angka")
    shoot(page, "angka-tabel")
    page.get_by_label("Kata di indikator").fill("data")
    page.keyboard.press("Enter")
    page.get_by_label("Urutan baris").click()
    page.get_by_role("option", name="2027: terbesar dahulu").click()
    expect(page.get_by_text(words("^\\d+ dari"))).to_be_visible()
    settled(page)
    count = int(page.get_by_text(words("^\\d+ dari")).inner_text().split()[0])
    with page.expect_download() as download:
        page.locator("[data-testid=stDownloadButton] button", has_text="XLSX").locator("visible=true").click()
    download.value.save_as(tmp_path / "angka.xlsx")
    sheet = load_workbook(tmp_path / "angka.xlsx").worksheets[0]
    assert sheet.max_row == count + 1
    assert any(isinstance(cell.value, int | float) for row in sheet.iter_rows(min_row=2) for cell in row)
    with page.expect_download() as download:
        page.locator("[data-testid=stDownloadButton] button", has_text="CSV").locator("visible=true").click()
    download.value.save_as(tmp_path / "angka.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "angka.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert len(rows) == count + 1
    seen = grid_cells(page)
    assert len(seen) > 2
    for in_grid, in_file in zip(seen, rows, strict=False):
        for shown, written in zip(in_grid[1:] if in_grid[0] == "" else in_grid, in_file, strict=False):
            assert shown == written or Decimal(shown) == Decimal(written.replace(",", "."))
    column = rows[0].index("2027")
    numbers = [Decimal(r[column].replace(",", ".")) for r in rows[1:] if r[column] and r[column].replace(",", "").isdigit()]
    assert numbers == sorted(numbers, reverse=True)
    assert [str(c.value) for c in sheet[1]] == rows[0]
    first = [(str(a.value or ""), b) for a, b in zip(sheet[2], rows[1], strict=True)]
    for in_sheet, in_csv in first:
        is_number = in_sheet.replace(".", "").isdigit()
        assert Decimal(in_csv.replace(",", ".")) == Decimal(in_sheet) if is_number else in_sheet == in_csv.lstrip("'")


def grid_cells(page: Page) -> list[list[str]]:
    """What the grid draws, header first, as it tells screen readers: numbers plain."""
    found: list[list[str]] = page.locator("[data-testid=stDataFrame]").first.evaluate(
        "e => [...e.querySelectorAll('canvas table tr')].map((r) => [...r.children].map((c) => c.textContent))"
    )
    return found


def test_managers_compare_two_rows_and_ask_about_one(open_page: Open, shoot: Shoot) -> None:
    page = open_page("/angka?ukuran=alokasi")
    grid = page.locator("[data-testid=stDataFrame]")
    expect(grid).to_be_visible()
    settled(page)
    grid.scroll_into_view_if_needed()
    settled(page)
    for row in (1, 2):
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 18, box["y"] + 36 + 35 * row + 17)
        settled(page)
    expect(page.get_by_text("2 baris dipilih")).to_be_visible()
    expect(panel(page).get_by_text("Perbandingan dua baris")).to_be_visible()
    shoot(page, "angka-banding")
    expect(panel(page).get_by_text("Jumlah alokasi 2 baris")).to_be_visible()
    panel(page).get_by_text("Rumus").click()
    formula = panel(page).get_by_text(words("^2027: .* \\+ .* = ")).inner_text()
    parts, total = formula.removeprefix("2027: ").split(" = ")
    assert sum(int(part.replace(".", "")) for part in parts.split(" + ")) == int(total.replace(".", ""))
    expect(panel(page).get_by_text(f"Rp{total} (")).to_be_visible()
    # the opened formula moves the button while it unfolds
    settled(page)
    page.get_by_role("button", name="Tanyakan ini").first.click()
    expect(page.locator("[data-testid=stChatMessage]").first).to_contain_text("alokasi")


def test_managers_see_budget_and_disagreements(open_page: Open, shoot: Shoot, tmp_path: Path) -> None:
    page = open_page("/angka?tampilan=Anggaran")
    expect(page.locator("[data-testid=stMetricValue]").first).to_contain_text("Rp")
    shoot(page, "angka-anggaran")
    page = open_page("/angka?tampilan=Tidak+cocok")
    expect(page.get_by_text(words("\\d+ temuan"))).to_be_visible()
    shoot(page, "angka-tidak-cocok")
    count = int(page.get_by_text(words("^\\d+ temuan")).inner_text().split()[0])
    saved = {}
    for kind in ("CSV", "XLSX"):
        with page.expect_download() as download:
            page.locator("[data-testid=stDownloadButton] button", has_text=kind).locator("visible=true").click()
        saved[kind] = tmp_path / f"temuan.{kind.lower()}"
        download.value.save_as(saved[kind])
    rows = list(csv.reader(io.StringIO(saved["CSV"].read_text(encoding="utf-8-sig")), delimiter=";"))
    assert len({row[2] for row in rows[1:]}) == count
    assert load_workbook(saved["XLSX"]).worksheets[0].max_row == len(rows)
    page.locator("[class*=st-key-place-] a").first.click()
    expect(page.locator(".plan .hit").first).to_be_in_viewport()


def test_the_names_of_the_treemap_are_there_at_once(open_page: Open) -> None:
    page = open_page("/angka?tampilan=Anggaran")
    chart = page.locator("[data-testid=stEChartsChart]").first
    expect(chart.locator("canvas").first).to_be_visible()
    settled(page)
    first = chart.screenshot()
    page.wait_for_timeout(700)
    assert chart.screenshot() == first


def test_a_search_hit_opens_its_place_and_the_address_names_it(open_page: Open) -> None:
    page = open_page("/dokumen?bagian=2.4")
    for _ in (1, 2):  # the same hit once more, from where it led to
        page.get_by_label("Cari di dokumen").fill("literasi keuangan")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Buka di Dokumen").nth(1).click()
        expect(page.locator(".plan .hit").first).to_be_in_viewport()
        expect(page).to_have_url(words("baris=\\d+$"))
        expect(page.get_by_label("Cari di dokumen")).to_have_value("")
    page.reload()
    expect(page.locator(".plan .hit").first).to_be_in_viewport()


def test_the_reader_searches_with_highlights_and_shows_tables(open_page: Open, shoot: Shoot) -> None:
    page = open_page("/dokumen?bagian=Lampiran%201")
    expect(page.locator(".plan table").first).to_be_visible()
    shoot(page, "dokumen-tabel")
    page.get_by_label("Cari di dokumen").fill("sasaran strategis")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    shoot(page, "dokumen-cari")
