"""An answer at work: on a thread of its own, in pieces, stopped when its page is left; what is copied of it."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from app_support import ScriptedAssistant, real_index
from docx import Document
from markdown_it import MarkdownIt

from assistant.answer import Assistant
from assistant.events import Event, Final, Part, Step
from assistant.views import export
from assistant.views.markup import answer_markdown
from assistant.views.running import Running


class Slow:
    """An assistant that never ends by itself."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def stream(self, question: str, history: object, cancel: threading.Event) -> Iterator[Event]:
        try:
            while not cancel.wait(0.01):
                yield Step("Mencari …")
        finally:
            self.stopped.set()


def test_leaving_a_page_stops_the_answer_it_waited_for() -> None:
    slow = Slow()
    for _ in Running(slow, "Apa visinya?", ()):  # type: ignore[arg-type]
        break
    assert slow.stopped.wait(5)


def test_what_the_assistant_raises_reaches_the_page() -> None:
    with pytest.raises(RuntimeError, match="meledak"):
        list(Running(ScriptedAssistant(real_index()), "rusak", ()))  # type: ignore[arg-type]


def test_prose_comes_in_pieces_that_are_the_answer_and_a_figure_comes_whole(assistant: Assistant) -> None:
    events = list(assistant.stream("Sebutkan misi KP2MI"))
    parts = [event.text for event in events if isinstance(event, Part)]
    final = events[-1]
    assert isinstance(final, Final)
    assert len(parts) > 1
    assert "".join(parts) == final.answer.answer
    figure = list(assistant.stream("target Indeks Pelindungan 2027"))
    assert not any(isinstance(event, Part) for event in figure)


def test_the_items_of_a_list_stand_on_lines_of_their_own(assistant: Assistant) -> None:
    answer = assistant.answer("Sebutkan misi KP2MI")
    shown = MarkdownIt("commonmark").render(answer_markdown(answer.answer))
    assert "<br />\nb. " in shown
    assert "<br />\nb. " in MarkdownIt("commonmark").render(export.as_markdown(answer))
    document = Document(io.BytesIO(export.as_docx(answer)))
    assert any(paragraph.text.startswith("b. ") for paragraph in document.paragraphs)


def test_a_copied_answer_has_no_markdown_signs_and_names_a_table_once(assistant: Assistant) -> None:
    answer = assistant.answer("alokasi pelatihan peningkatan kompetensi 2028")
    text = export.as_text(answer)
    assert "\n2028\tRp996.856.250.000" in text
    assert "**" not in text and "|" not in text
    assert text.count("Lampiran 1") == 1
