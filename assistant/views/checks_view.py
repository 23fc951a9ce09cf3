"""What does not agree in the plan: each finding with its places, each place one click from the page it stands on."""

from __future__ import annotations

import streamlit as st

from assistant.views import export, routes
from assistant.views.downloads import Table, table_downloads
from assistant.views.markup import number, plain, shorten
from assistant.views.texts import named, t
from ingest.models import Discrepancy, Place
from ingest.store.index import PlanIndex

A_PAGE = 10
COLOURS = {1: "red", 2: "orange", 3: "yellow", 4: "blue", 5: "gray"}


def show(index: PlanIndex) -> None:
    st.caption(t("checks.about"))
    found = sorted(index.figures.discrepancies, key=lambda d: (d.severity, d.places[0].line if d.places else 0))
    kinds = sorted({d.kind for d in found})
    levels = sorted({d.severity for d in found})
    severities = st.pills(t("checks.severity"), levels, selection_mode="multi", format_func=severity, key="parah") or []
    kind = st.pills(t("checks.kind"), kinds, selection_mode="multi", key="jenis", format_func=kind_name) or []
    found = [d for d in found if (not severities or d.severity in severities) and (not kind or d.kind in kind)]
    if not found:
        st.info(t("checks.none"), icon=":material/check_circle:")
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(t("checks.count", n=number(len(found))), width="content")
        table_downloads(lambda: table(found), "ketidakcocokan-renstra", t("figures.view.checks"), key="d")
    pages = -(-len(found) // A_PAGE)
    page = st.pagination(pages, key=f"checks-{len(found)}") if pages > 1 else 1
    for item in found[(page - 1) * A_PAGE : page * A_PAGE]:
        finding(item)


def severity(level: int) -> str:
    return f"{level} · {t(f'severity.{level}')}"


def finding(item: Discrepancy) -> None:
    with st.container(border=True, key=f"finding-{item.id}", gap="small"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.badge(severity(item.severity), color=COLOURS.get(item.severity, "gray"))  # type: ignore[arg-type]
            st.badge(kind_name(item.kind), color="gray")
        st.markdown(plain(item.message))
        with st.container(horizontal=True, gap="small"):
            for position, places in enumerate(by_row(item)):
                with st.container(key=f"place-{item.id}-{position}", width=360, gap="xxsmall"):
                    place(item, places)


def by_row(item: Discrepancy) -> list[list[Place]]:
    """The places, those of one row together: its years state one series."""
    rows: dict[tuple[str, int, str], list[Place]] = {}
    for place in item.places:
        rows.setdefault((place.table, place.line, place.label), []).append(place)
    return list(rows.values())


def place(item: Discrepancy, places: list[Place]) -> None:
    first = places[0]
    said = " · ".join(dict.fromkeys(shorten(p.raw, 80) for p in places))
    st.markdown(f"**{plain(said)}**")
    st.caption(plain(shorten(first.label, 140)))
    where = shorten(first.table.split(". ")[0], 40) if first.table else t("source.open")
    routes.link("reader", f"{plain(where)} · {t('line')} {first.line}", routes.place(item.doc, first.line), icon=":material/menu_book:")


def kind_name(kind: str) -> str:
    return named("kind", kind)


def table(found: list[Discrepancy]) -> Table:
    """One row a place."""
    head = [
        t("checks.severity"),
        t("checks.kind"),
        t("figure.flags"),
        t("figure.table"),
        t("figure.row"),
        t("figure.indicator"),
        t("figure.value"),
    ]
    rows: list[list[export.Value]] = [
        [d.severity, kind_name(d.kind), d.message, p.table, p.line, p.label, p.raw] for d in found for p in d.places
    ]
    return head, rows
