"""What the pages derive from an index, computed once a build and shared by all sessions (read-only)."""

from __future__ import annotations

import streamlit as st

from assistant.views.examples import Example
from assistant.views.examples import examples as make_examples
from assistant.views.frame import Grid, make_grid
from assistant.views.reading import Reading
from ingest.store.index import PlanIndex


@st.cache_resource(show_spinner=False, max_entries=8)
def _reading(fingerprint: str, doc: str, _index: PlanIndex) -> Reading:
    return Reading(_index.by_doc[doc], _index.figures.tables)


def reading(index: PlanIndex, doc: str) -> Reading:
    return _reading(index.fingerprint, doc, index)


@st.cache_resource(show_spinner=False, max_entries=2)
def _grid(fingerprint: str, _index: PlanIndex) -> Grid:
    return make_grid(_index.figures)


def grid(index: PlanIndex) -> Grid:
    return _grid(index.fingerprint, index)


@st.cache_resource(show_spinner=False, max_entries=2)
def _examples(fingerprint: str, _index: PlanIndex) -> list[Example]:
    return make_examples(_index)


def examples(index: PlanIndex) -> list[Example]:
    return _examples(index.fingerprint, index)


def period(index: PlanIndex) -> list[int]:
    """The years of the plan in force; none where it names no period."""
    meta = index.by_doc[main_doc(index)].source.meta
    return list(range(meta.period_start, meta.period_end + 1)) if meta.period_start and meta.period_end else []


def main_doc(index: PlanIndex) -> str:
    """The document in force that stands first, or the first."""
    return next((d.source.meta.doc for d in index.documents if d.source.meta.in_force), index.documents[0].source.meta.doc)
