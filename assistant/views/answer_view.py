"""One answer on the page: how it came about, its text, figures, warnings, choices, sources, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.asking import language
from assistant.models import Answer, Citation
from assistant.views import backend, export, routes, source, widgets
from assistant.views.conversations import Conversations, Message
from assistant.views.figure_card import figure_card, lines_chart
from assistant.views.markup import answer_markdown, number, plain
from assistant.views.texts import named, t
from ingest.errors import PlanError
from ingest.models import Figure

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MAX_SERIES = 4
MAX_FOLLOW_UPS = 5
STATUS_ICONS = {
    "answered": ":material/check:",
    "partial": ":material/rule:",
    "ambiguous": ":material/help:",
    "conflict": ":material/warning:",
    "not_found": ":material/search_off:",
    "error": ":material/error:",
}
MARK_KEY = 12
"""Characters of a message's key that its citation marks carry."""


def how_label(message: Message) -> str:
    if message.answer is None:
        return t("status.error")
    label = t(f"status.{message.answer.status}")
    return (
        label
        if message.answer.status == "error"
        else f"{label} · {t('chat.took', s=number(max(round(message.answer.latency_ms / 1000, 1), 0.1)))}"
    )


def how(message: Message) -> None:
    """The folded note on how the answer came about. No `st.status`: each one makes the run sleep for 50 ms."""
    status = message.answer.status if message.answer else "error"
    how_details(message, st.expander(how_label(message), icon=STATUS_ICONS[status], type="compact"))


def how_details(message: Message, box: DeltaGenerator) -> None:
    trace, answer = message.trace, message.answer
    if trace is None or answer is None:
        return
    lines = [t("chat.understood", summary=plain(trace.question.summary()))]
    lines += [f"{plain(named('step', name))}: {number(round(ms, 1))} ms" for name, ms in trace.steps]
    if trace.evidence_score is not None:
        lines.append(t("chat.confidence", percent=round(100 * trace.evidence_score)))
    box.markdown("\n".join(f"- {line}" for line in lines))


def body(message: Message, place: DeltaGenerator | None = None) -> None:
    """The text, in `place` (where its parts stand already) or at the end of the page."""
    answer = message.answer
    if answer is None:
        return
    if answer.status == "error":
        (st.error if place is None else place.error)(plain(answer.answer), icon=":material/error:")
        return
    years = message.trace.question.years if message.trace else ()
    text = answer_markdown(answer.answer, {c.n for c in answer.citations}, anchor(message), years)
    (st.markdown if place is None else place.markdown)(text)


def anchor(message: Message) -> str:
    return f"sumber-{message.key[:MARK_KEY]}"


def head(message: Message) -> None:
    """What stands above the text: the figure of a looked-up answer. Such an answer comes at once, so nothing jumps."""
    answer = message.answer
    if answer is not None and answer.mode == "lookup":
        figures(message, answer)


def extras(message: Message, talks: Conversations, last: bool) -> None:
    answer = message.answer
    if answer is None or answer.status == "error":
        return
    disagreement(answer)
    if answer.mode != "lookup":
        figures(message, answer)
    options(message, answer, talks)
    chips(message, answer)
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center", key=f"actions-{message.key}"):
        if last or message.key in opened_actions():
            actions(message, answer, talks)
        else:  # a long conversation is shown again with every question: what is seldom used must not slow it down
            st.button(
                t("chat.more"),
                key=f"more-{message.key}",
                icon=":material/more_horiz:",
                type="tertiary",
                on_click=opened_actions().add,
                args=(message.key,),
            )
    if last:
        follow_ups(message, answer, talks)


def disagreement(answer: Answer) -> None:
    if answer.warnings:
        lines = "\n".join(f"- {plain(w)}" for w in answer.warnings)
        st.warning(f"**{t('figure.disagree')}**\n\n{lines}", icon=":material/warning:")


def figures(message: Message, answer: Answer) -> None:
    """The card of a single row's figure; the lines of a few rows of one unit against each other."""
    if not answer.figures or answer.status in ("ambiguous", "not_found"):
        return
    store = backend.assistant().index.figures
    rows: dict[tuple[str, str], list[Figure]] = {}
    for ref in answer.figures:
        figure = store.by_id(ref.figure_id)
        if figure is not None:
            rows.setdefault((figure.row_id, figure.measure), [])
    for row_id, measure in rows:
        rows[row_id, measure] = sorted((f for f in store.by_row(row_id) if f.measure == measure), key=lambda f: f.year or 0)
    first = next(iter(rows), None)
    if first is None:
        return
    of_other_rows = {key[0] for key in rows} - {first[0]}
    if not of_other_rows or answer.status == "conflict":
        years = message.trace.question.years if message.trace else ()
        figure_card(rows[first], years, message.key)
        return
    same = [(s[0].indicator, s) for (_, m), s in rows.items() if m == first[1] and s[0].unit == rows[first][0].unit]
    if 1 < len(same) <= MAX_SERIES and all(len([f for f in s if f.value is not None]) > 1 for _, s in same):
        lines_chart(same, message.key)


def options(message: Message, answer: Answer, talks: Conversations) -> None:
    if not answer.options:
        return
    st.caption(t("chat.options"))
    for position, text in enumerate(answer.options):
        if st.button(plain(text), key=f"option-{message.key}-{position}", icon=":material/arrow_forward:", width="stretch"):
            talks.ask(text)
            st.rerun()


def chips(message: Message, answer: Answer) -> None:
    """One chip a place; citations of the same place share it."""
    places: dict[tuple[object, ...], list[Citation]] = {}
    for citation in answer.citations:
        places.setdefault((citation.doc, citation.lines, citation.row), []).append(citation)
    if not places:
        return
    with st.container(horizontal=True, gap="xsmall", key=f"chips-{message.key}"):
        for same in places.values():
            numbers = " ".join(f"{c.n}" for c in same)
            st.button(
                f"**{numbers}** · {plain(source.place_label(same[0]))}",
                key=f"chip-{message.key}-{same[0].n}",
                on_click=source.open_source,
                args=(message.key, same[0].n),
            )


def opened_actions() -> set[str]:
    """Keys of the older answers whose buttons were asked for in this session."""
    found: set[str] = st.session_state.setdefault("opened-actions", set())
    return found


def actions(message: Message, answer: Answer, talks: Conversations) -> None:
    widgets.copy_button(t("copy"), export.as_text(answer), key=f"copy-{message.key}")
    widgets.copy_button(t("copy_link"), routes.address("chat", {"q": answer.question}), key=f"link-{message.key}", icon="link")
    with st.popover(t("save"), icon=":material/download:", type="tertiary"):
        name = export.file_name(answer.question)
        st.download_button(
            t("save.md"),
            lambda: export.as_markdown(answer).encode(),
            f"{name}.md",
            "text/markdown",
            key=f"md-{message.key}",
            on_click="ignore",
        )
        st.download_button(
            t("save.docx"), lambda: export.as_docx(answer), f"{name}.docx", export.DOCX, key=f"docx-{message.key}", on_click="ignore"
        )
    vote(message, talks)


@st.fragment
def vote(message: Message, talks: Conversations) -> None:
    """Thumbs, then an optional reason. Kept under this visitor's own key."""
    key = f"thumbs-{message.key}"
    thumb = st.feedback("thumbs", key=key)
    if thumb is None:
        return
    helpful = thumb == 1
    if st.session_state.get(f"voted-{message.key}") != thumb and save_vote(message, talks, helpful, ""):
        st.session_state[f"voted-{message.key}"] = thumb
    done = f"reason-sent-{message.key}"
    if st.session_state.get(done) == thumb:
        st.caption(t("feedback.thanks"))
        return
    with st.form(f"reason-{message.key}", border=False, clear_on_submit=True):
        reason = st.text_input(t("feedback.good" if helpful else "feedback.reason"), max_chars=500)
        if st.form_submit_button(t("feedback.send")):
            save_vote(message, talks, helpful, reason or "")
            st.session_state[done] = thumb
            st.rerun(scope="fragment")


def save_vote(message: Message, talks: Conversations, helpful: bool, reason: str) -> bool:
    try:
        backend.feedback().vote(message.key, talks.visitor, helpful, reason)
    except PlanError as error:
        st.error(error.message)
        return False
    return True


def follow_ups(message: Message, answer: Answer, talks: Conversations) -> None:
    spoken = message.trace.question.language if message.trace else "id"
    following = list(dict.fromkeys(s for s in answer.suggestions if s and language(s) == spoken))[:MAX_FOLLOW_UPS]
    others = list(dict.fromkeys(s for s in message.related if s and language(s) == spoken and s not in following))[:MAX_FOLLOW_UPS]
    for label, key, texts in (("chat.follow", "follow", following), ("chat.also", "also", others)):
        chosen = st.pills(t(label), texts, format_func=plain, key=f"{key}-{message.key}") if texts else None
        if chosen:
            talks.ask(str(chosen))
            st.rerun()
