"""Target & Anggaran: every figure of the plan to filter, sort, chart, compare, add up and take along."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.views import backend, budget_view, checks_view, grid_view, library, widgets
from assistant.views.frame import FACETS, Filters, Grid
from assistant.views.texts import t

VIEWS = ("table", "budget", "checks")
FACET_LABELS = {
    "level": "figure.level",
    "measure": "figure.measure",
    "org_unit": "figures.org",
    "activity": "figure.activity",
    "program": "figure.program",
    "table": "figure.table",
}
FACET_KEYS = {"level": "tingkat", "measure": "ukuran", "org_unit": "unit", "activity": "kegiatan", "program": "program", "table": "tabel"}
"""Names of the query parameters, so that a filtered view can be shared."""


def page() -> None:
    index = backend.assistant().index
    widgets.style()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content"):
            widgets.page_head(t("figures.title"))
        view = st.segmented_control(
            t("figures.title"),
            VIEWS,
            default="table",
            key="tampilan",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
            format_func=lambda name: t(f"figures.view.{name}"),
        )
    if view == "budget":
        budget_view.show(index)
    elif view == "checks":
        checks_view.show(index)
    else:
        grid = library.grid(index)
        grid_view.show(index, grid, filters(grid, library.period(index)))


def filters(grid: Grid, period: Sequence[int]) -> Filters:
    """The bar above the grid. It begins with the years of the plan in force."""
    chosen: dict[str, tuple[str, ...]] = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="filter-bar"):
        words = st.text_input(
            t("figures.words"),
            key="kata",
            bind="query-params",
            icon=":material/search:",
            max_chars=200,
            label_visibility="collapsed",
            placeholder=t("figures.words"),
            width=300,
        )
        used = sum(bool(st.session_state.get(key)) for name, key in FACET_KEYS.items() if name != "measure")
        label = f"{t('figures.filter')} · {used}" if used else t("figures.filter")
        with st.popover(label, icon=":material/filter_list:", key="filters"):
            for name in FACETS:
                options = grid.values(name)
                if len(options) > 1:
                    key = FACET_KEYS[name]
                    chosen[name] = tuple(st.multiselect(t(FACET_LABELS[name]), options, key=key, bind="query-params", placeholder=t("all")))
        st.button(t("figures.clear"), icon=":material/filter_list_off:", type="tertiary", on_click=clear)
    default = None if "tahun" in st.session_state else [y for y in period if y in grid.years]
    years = st.pills(t("figures.years"), grid.years, selection_mode="multi", key="tahun", bind="query-params", default=default) or []
    return Filters(words or "", chosen, tuple(years))


def clear() -> None:
    st.session_state["kata"] = ""
    st.session_state["tahun"] = []
    for key in FACET_KEYS.values():
        if key in st.session_state:
            st.session_state[key] = []
