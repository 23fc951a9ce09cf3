"""Evaluasi: run a set of known questions, read what came out, open a miss, compare two runs."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from assistant.views import backend, eval_report, eval_runs, widgets
from assistant.views.markup import number, plain
from assistant.views.texts import t
from ingest.errors import InputError

REFRESH = 1.0
"""Seconds between looks at a running evaluation."""
STAMP = re.compile(r"^\d{8}-\d{6}-")
SAFE_NAME = re.compile(r"[^A-Za-z0-9_-]+")


def page() -> None:
    backend.assistant()
    widgets.style()
    widgets.page_head(t("eval.title"), t("eval.about"))
    run: eval_runs.Run | None = st.session_state.get("eval-run")
    if run is not None and run.running:
        progress(run)
    else:
        if run is not None:
            ended(run)
        chooser()
    reports(eval_runs.report_folders(backend.settings(), private_folder(create=False)))


def private_folder(create: bool = True) -> Path | None:
    """Where this session's own sets and their reports lie; gone with the session."""
    held = st.session_state.get("eval-private")
    if held is None and create:
        held = st.session_state["eval-private"] = tempfile.TemporaryDirectory(prefix="renstra-eval-", ignore_cleanup_errors=True)
    return Path(held.name) if held is not None else None


def chooser() -> None:
    known = {path.stem: path for path in eval_runs.shipped_sets()}
    with st.container(border=True):
        name = st.selectbox(t("eval.set"), list(known), index=0 if known else None)
        uploaded = st.file_uploader(
            t("eval.upload", mb=eval_runs.MAX_UPLOAD_MB),
            type=["jsonl"],
            max_upload_size=eval_runs.MAX_UPLOAD_MB,
            key="eval-upload",
            help=plain(t("eval.upload_help")),
        )
        if not st.button(t("eval.run"), icon=":material/play_arrow:", disabled=not (known or uploaded)):
            return
    try:
        if uploaded is not None:
            begin_uploaded(uploaded.getvalue(), uploaded.name)
        elif name:
            stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
            start(known[name], backend.settings().index / "laporan" / f"{stamp}-{name}")
    except InputError as error:
        st.error(t("eval.bad_upload", message=plain(error.message)), icon=":material/error:")
        return
    st.rerun()


def begin_uploaded(data: bytes, name: str) -> None:
    text = eval_runs.check_upload(data)
    folder = private_folder()
    assert folder is not None
    stem = SAFE_NAME.sub("-", Path(name).stem)[:40].strip("-") or "unggahan"
    dataset = folder / f"{stem}.jsonl"
    dataset.write_text(text, encoding="utf-8")
    start(dataset, folder / f"{datetime.now().strftime('%Y%m%d-%H%M%S')}-{stem}")


def start(dataset: Path, folder: Path) -> None:
    st.session_state["eval-run"] = eval_runs.start(backend.settings(), dataset, folder)


@st.fragment(run_every=REFRESH)
def progress(run: eval_runs.Run) -> None:
    if not run.running:
        st.rerun()
    share = run.done / run.total if run.total else 0.0
    text = t("eval.running", done=number(run.done), total=number(run.total)) if run.total else t("eval.starting")
    if run.done:
        text += f" · {t('eval.correct')}: {number(run.right)}"
    st.progress(min(share, 1.0), text)
    if st.button(t("eval.stop"), icon=":material/stop:"):
        run.stop()
        st.session_state["eval-run"] = None
        st.rerun()


def ended(run: eval_runs.Run) -> None:
    if run.failure:
        st.error(t("eval.failed", message=plain(run.failure)), icon=":material/error:")
    else:
        seconds = (run.ended or time.monotonic()) - run.began
        st.success(t("eval.done", seconds=number(round(seconds))), icon=":material/check_circle:")


def label(folder: Path) -> str:
    made = datetime.fromtimestamp((folder / eval_runs.REPORT).stat().st_mtime)
    return f"{STAMP.sub('', folder.name)} · {made:%d-%m-%Y %H.%M.%S}"


@st.cache_data(show_spinner=False, max_entries=8)
def _report(folder: str, changed: float) -> dict[str, Any]:
    return eval_runs.read_report(Path(folder))


def load(folder: Path) -> dict[str, Any] | None:
    try:
        return _report(str(folder), (folder / eval_runs.REPORT).stat().st_mtime)
    except InputError as error:
        st.error(plain(error.message), icon=":material/error:")
        return None


def reports(folders: Sequence[Path]) -> None:
    st.subheader(t("eval.reports"), anchor=False)
    if not folders:
        st.info(t("eval.none"), icon=":material/info:")
        return
    labels = {label(folder): folder for folder in folders}
    left, right = st.columns(2)
    chosen = left.selectbox(t("eval.report"), list(labels))
    other = right.selectbox(t("eval.compare"), [name for name in labels if name != chosen], index=None, placeholder=t("eval.no_compare"))
    report = load(labels[chosen]) if chosen else None
    if report is None:
        return
    if other:
        compared(labels[other], labels[str(chosen)])
    eval_report.show(report)


@st.cache_data(show_spinner=False, max_entries=8)
def _comparison(a: str, b: str, changed: tuple[float, float]) -> dict[str, Any]:
    return eval_runs.compare(Path(a), Path(b))


def compared(before: Path, after: Path) -> None:
    changed = ((before / eval_runs.REPORT).stat().st_mtime, (after / eval_runs.REPORT).stat().st_mtime)
    try:
        with st.spinner(t("eval.starting")):
            found = _comparison(str(before), str(after), changed)
    except InputError as error:
        st.error(t("eval.failed", message=plain(error.message)), icon=":material/error:")
        return
    eval_report.comparison(found)
