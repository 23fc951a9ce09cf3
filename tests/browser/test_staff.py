"""New staff in the running app: asking, sources, conversations, taking an answer along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from browser_support import settled
from playwright.sync_api import Page, expect
from steps import ACTIONS, FIGURE, INPUT, ask, close_panel, panel, words

Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]


def test_staff_ask_open_a_citation_and_follow_up(open_page: Open, shoot: Shoot) -> None:
    page = open_page()
    expect(page.get_by_text("Contoh pertanyaan")).to_be_visible()
    shoot(page, "tanya-kosong")
    answer = ask(page, "Apa visi KP2MI 2025-2029?")
    expect(answer).to_contain_text(words("visi"))
    shoot(page, "tanya-jawaban")
    answer.locator("a[href^='#sumber-']").first.click()
    opened = panel(page)
    expect(opened.locator("mark").first).to_be_visible()
    expect(answer.locator("a[href^='#sumber-']").last).to_be_visible()
    shoot(page, "tanya-sumber")
    opened.get_by_role("button", name="Berikutnya").click()
    expect(opened.get_by_text(words("^2 dari"))).to_be_visible()
    close_panel(page)
    answer.locator("[class*=st-key-chips-] button:visible").first.click()
    expect(panel(page).locator("mark").first).to_be_visible()
    second = ask(page, "kalau misinya?")
    expect(second).to_contain_text(words("misi"))
    expect(page.locator("[data-testid=stChatMessage]")).to_have_count(4)
    expect(page.locator(".st-key-side-panel")).to_have_count(0)
    page.locator("[class*=st-key-follow-] button").first.click()
    expect(page.locator("[data-testid=stChatMessage]")).to_have_count(6)


def test_a_source_that_opens_leaves_the_focus_with_a_question_in_the_writing(open_page: Open) -> None:
    page = open_page()
    answer = ask(page, "Apa visi KP2MI 2025-2029?")
    answer.locator("[class*=st-key-chips-] button:visible").first.click()
    panel(page)
    page.locator(INPUT).fill("kalau misinya?")
    page.wait_for_timeout(400)  # the panel takes the focus a moment after it has come
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(ACTIONS)).to_have_count(2)


def test_the_question_and_its_figure_stay_in_sight_when_a_long_answer_has_come(open_page: Open) -> None:
    page = open_page()
    ask(page, FIGURE)
    settled(page)
    expect(page.locator("[class*=st-key-asked-]")).to_be_in_viewport(ratio=1)
    expect(page.locator("[class*=st-key-card-] [data-testid=stMetricValue]")).to_be_in_viewport(ratio=1)


def test_a_figure_that_comes_above_its_text_never_pushes_it_down(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("Contoh pertanyaan")).to_be_visible()
    page.evaluate(
        """() => {
          const seen = window.textWithoutFigure = [];
          new MutationObserver(() => {
            const text = document.querySelector('.stMain a[href^="#sumber-"]'), card = document.querySelector('[class*=st-key-card-]');
            if (text && !card) seen.push(text.closest('p')?.innerText);
          }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    ask(page, FIGURE)
    expect(page.locator("[class*=st-key-card-]")).to_be_visible()
    assert page.evaluate("window.textWithoutFigure") == []


def test_a_copied_answer_is_plain_text_with_its_source(open_page: Open) -> None:
    page = open_page()
    answer = ask(page, FIGURE)
    answer.get_by_role("button", name="Salin", exact=True).click()
    expect(answer.get_by_text("Tersalin")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "68,00%" in copied
    assert "2027\t68,00%" in copied
    assert "Sumber:" in copied
    assert "**" not in copied and "| " not in copied


def test_an_unclear_question_offers_its_readings_and_the_choice_is_answered(open_page: Open, shoot: Shoot) -> None:
    page = open_page()
    answer = ask(page, "Berapa target Layanan Umum 2027?")
    choices = answer.locator("[class*=st-key-option-] button:visible")
    assert choices.count() > 1
    shoot(page, "tanya-pilihan")
    choices.first.click()
    expect(page.locator("[class*=st-key-card-] [data-testid=stMetricValue]").last).to_be_visible()


def test_conversations_outlive_a_reload_and_nobody_else_sees_them(open_page: Open) -> None:
    page = open_page()
    ask(page, "Sebutkan misi KP2MI")
    page.reload()
    kept = page.locator("[class*=st-key-talk-] button", has_text="Sebutkan misi").first
    kept.click()
    expect(page.locator("[data-testid=stChatMessage]")).to_have_count(2)
    expect(page.locator("[class*=st-key-chips-] button:visible").first).to_be_visible()
    stranger = open_page(stranger=True)
    expect(stranger.get_by_text("Contoh pertanyaan")).to_be_visible()
    expect(stranger.locator("[class*=st-key-talk-]")).to_have_count(0)
    page.locator("[class*=st-key-drop-one-] button").first.click()
    page.get_by_role("button", name="Ya, hapus").click()
    expect(page.locator("[class*=st-key-talk-]")).to_have_count(0)


def test_a_citation_opens_its_place_in_the_document(open_page: Open, shoot: Shoot) -> None:
    page = open_page()
    answer = ask(page, "Sebutkan misi KP2MI")
    assert "\nb. " in answer.inner_text()
    answer.locator("[class*=st-key-chips-] button:visible").first.click()
    panel(page).get_by_text("Buka di Dokumen").click()
    expect(page).to_have_url(words("/dokumen\\?.*baris="))
    expect(page.locator(".plan .hit").first).to_be_in_viewport()
    shoot(page, "dokumen-tempat")


def test_a_question_of_which_nothing_stands_in_the_plan_is_refused(open_page: Open, shoot: Shoot) -> None:
    page = open_page()
    answer = ask(page, "Siapa presiden Amerika?")
    expect(answer).to_contain_text("Tidak ditemukan dalam dokumen")
    shoot(page, "tanya-tidak-ditemukan")


def test_thumbs_take_a_reason(open_page: Open) -> None:
    page = open_page()
    answer = ask(page, "Sebutkan misi KP2MI")
    answer.get_by_role("radio", name="Thumbs down").click()
    answer.get_by_label("Apa yang kurang?").fill("kurang <img src=x onerror=alert(1)> lengkap")
    answer.get_by_role("button", name="Kirim").click()
    expect(answer.get_by_text("masukan Anda tersimpan")).to_be_visible()


def test_html_in_a_question_stays_text(open_page: Open) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError("a script ran")))
    ask(page, "<img src=x onerror=alert(1)> apa $x$ **visi** [a](javascript:alert(1))?")
    shown = page.locator("[data-testid=stChatMessage]").first
    expect(shown).to_contain_text("<img src=x onerror=alert(1)> apa $x$ **visi** [a](javascript:alert(1))?")
    assert page.locator("[data-testid=stChatMessage] img[src=x]").count() == 0


def test_a_shared_link_asks_and_the_answer_can_be_taken_along(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/?q=Sebutkan%20misi%20KP2MI")
    answer = page.locator("[data-testid=stChatMessage]").last
    expect(answer.get_by_role("button", name="Salin tautan")).to_be_visible()
    answer.get_by_text("Simpan", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh Word (DOCX)").click()
    target = tmp_path / "jawaban.docx"
    download.value.save_as(target)
    from docx import Document

    assert "misi" in "\n".join(p.text for p in Document(str(target)).paragraphs).lower()
