"""The budget on the page: shares as a treemap, years as stacked bars, the exact sums with their formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from assistant.views import colours, export
from assistant.views.budget import ActivityBudget, Budget, find_budget, total_of
from assistant.views.colours import PALETTE, REST
from assistant.views.downloads import table_downloads
from assistant.views.markup import number, plain, rupiah, short_money, shorten
from assistant.views.texts import t
from ingest.numerals import short_rupiah
from ingest.store.index import PlanIndex

NAMED = len(PALETTE)
"""So many groups have a name and colour in the charts; the others are one. The table below names all."""
BILLION = Decimal(10**9)
TREE_HEIGHT = 460
BARS_HEIGHT = 280
LEGEND_LINE = 20
LABEL_FROM = Decimal("0.025")
"""Smaller shares have no room for their name in the treemap."""
Groups = Sequence[tuple[str, dict[int, Decimal]]]
Shown = Sequence[tuple[str, str, dict[int, Decimal]]]


@st.cache_resource(show_spinner=False, max_entries=2)
def _budget(fingerprint: str, _index: PlanIndex) -> Budget:
    return find_budget(_index.figures)


def groupings() -> dict[str, Callable[[ActivityBudget], str]]:
    return {
        "unit": lambda row: row.org_unit or t("budget.no_unit"),
        "activity": lambda row: row.name,
        "program": lambda row: row.first.program or t("budget.no_program"),
    }


def show(index: PlanIndex) -> None:
    budget = _budget(index.fingerprint, index)
    if not budget.rows:
        st.info(t("budget.none"), icon=":material/info:")
        return
    known = {name: by for name, by in groupings().items() if len(budget.grouped(by)) > 1} or {"activity": groupings()["activity"]}
    with st.container(horizontal=True, gap="medium"):
        by = st.segmented_control(
            t("budget.by"),
            list(known),
            default=next(iter(known)),
            key="menurut",
            required=True,
            bind="query-params",
            format_func=lambda n: t(f"budget.{n}"),
        )
        years = tuple(st.pills(t("figures.years"), budget.years, selection_mode="multi", key="tahun-anggaran") or budget.years)
    by = by or next(iter(known))
    groups = budget.grouped(known[by])
    total = sum((total_of(sums, years) for _, sums in groups), Decimal(0))
    span = ", ".join(map(str, sorted(years))) if len(years) < len(budget.years) else f"{budget.years[0]}–{budget.years[-1]}"
    with st.container(border=True, key="card-budget", gap="xsmall"):
        st.metric(t("budget.total", years=span), short_money(total))
        st.caption(
            f"{t('figure.exact', full=plain(f'Rp{number(total)}'))}. {t('budget.how', n=len(budget.rows), level=plain(budget.level))}"
        )
    shown = folded(groups)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(f"**{t('budget.tree', years=span)}**")
        treemap(shown, years, total)
    with right:
        st.markdown(f"**{t('budget.bars')}**")
        bars(shown, sorted(years))
    exact(groups, sorted(years), t(f"budget.{by}"))


def folded(groups: Groups) -> list[tuple[str, str, dict[int, Decimal]]]:
    """(name, colour, sums) of what the charts show: the largest groups, the others together at the end."""
    head = [(name, PALETTE[place], sums) for place, (name, sums) in enumerate(groups[:NAMED])]
    tail = groups[NAMED:]
    if tail:
        years = {y for _, sums in tail for y in sums}
        rest = {y: sum((sums.get(y, Decimal(0)) for _, sums in tail), Decimal(0)) for y in years}
        head.append((t("budget.rest", n=len(tail)), REST, rest))
    return head


def treemap(groups: Shown, years: Sequence[int], total: Decimal) -> None:
    data = []
    for name, colour, sums in groups:
        value = total_of(sums, years)
        if value <= 0:
            continue
        share = number(round(100 * value / total, 1))
        data.append(
            {
                "name": name,
                "value": float(value),
                "itemStyle": {"color": colour},
                "label": {"show": value > total * LABEL_FROM, "formatter": f"{shorten(name, 52)}\nRp{short_rupiah(value)}\n{share}%"},
            }
        )
    described = "; ".join(f"{name}: {short_money(total_of(sums, years))}" for name, _, sums in groups)
    st.echarts_chart(
        {
            "tooltip": {"formatter": "{b}"},
            "series": [
                {
                    "type": "treemap",
                    "animation": False,  # else the names fade in for seconds
                    "roam": False,
                    "nodeClick": False,
                    "breadcrumb": {"show": False},
                    "data": data,
                    "left": 0,
                    "right": 0,
                    "top": 0,
                    "bottom": 0,
                    "label": {
                        "color": "#ffffff",
                        "fontSize": 12.5,
                        "overflow": "break",
                        "lineHeight": 17,
                        "position": [0, 0],
                        "padding": 9,
                    },
                    "itemStyle": {"gapWidth": 3, "borderWidth": 0, "borderRadius": 6},
                }
            ],
            "animation": False,
        },
        height=TREE_HEIGHT,
        key="budget-tree",
        alt=described,
    )


def bars(groups: Shown, years: Sequence[int]) -> None:
    """Stacked, in the treemap's colours; a year's total above it."""
    series: list[dict[str, Any]] = [
        {
            "type": "bar",
            "stack": "total",
            "name": shorten(name, 44),
            "color": colour,
            "barMaxWidth": 54,
            "data": [round(float(sums.get(y, Decimal(0)) / BILLION), 2) for y in years],
        }
        for name, colour, sums in groups
    ]
    totals = [sum((s.get(y, Decimal(0)) for _, _, s in groups), Decimal(0)) for y in years]
    label = {"show": True, "position": "top", "lineHeight": 15, "color": colours.text(), "fontWeight": "bold"}
    series.append(
        {
            "type": "line",
            "lineStyle": {"opacity": 0},
            "itemStyle": {"color": "transparent"},
            "symbolSize": 1,
            "silent": True,
            "data": [{"value": float(v / BILLION), "label": label | {"formatter": short_rupiah(v).replace(" ", "\n")}} for v in totals],
        }
    )
    described = "; ".join(f"{y}: {short_money(v)}" for y, v in zip(years, totals, strict=True))
    legend = [d["name"] for d in series if "name" in d]
    st.echarts_chart(
        {
            "grid": {"left": 4, "right": 8, "top": 40, "bottom": 30 + LEGEND_LINE * len(legend)},
            "legend": {
                "orient": "vertical",
                "left": 0,
                "bottom": 0,
                "itemGap": 5,
                "itemHeight": 10,
                "itemWidth": 14,
                "data": legend,
                "textStyle": {"color": colours.text()},
            },
            "xAxis": {"type": "category", "data": [str(y) for y in years], "axisTick": {"show": False}},
            "yAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "series": series,
            "animation": False,
        },
        height=BARS_HEIGHT + LEGEND_LINE * len(legend),
        key="budget-bars",
        alt=described,
    )


def exact(groups: Groups, years: Sequence[int], name: str) -> None:
    """Every sum in full, the total row with how it comes about, and both exports."""
    totals = {y: sum((sums.get(y, Decimal(0)) for _, sums in groups), Decimal(0)) for y in years}
    all_of = sum(totals.values(), Decimal(0))
    head = [name, *map(str, years), t("figures.sum")]
    rows: list[list[export.Value]] = [[n, *(sums.get(y, Decimal(0)) for y in years), total_of(sums, years)] for n, sums in groups]
    rows.append([t("figures.sum"), *totals.values(), all_of])
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{t('budget.table')}**", width="content")
        table_downloads(lambda: (head, rows), "anggaran-renstra", t("figures.view.budget"), key="b")
    st.dataframe(
        {h: [cell(row[i]) for row in rows] for i, h in enumerate(head)},
        hide_index=True,
        height="content" if len(rows) < 30 else 460,
        alt=t("budget.table"),
        column_config={h: st.column_config.TextColumn(alignment="right") for h in head[1:]}
        | {name: st.column_config.TextColumn(width="large")},
    )
    with st.expander(t("budget.formula"), icon=":material/function:"):
        for y in years:
            parts = " + ".join(number(sums[y]) for _, sums in groups if sums.get(y))
            st.markdown(f"**{y}:** {plain(parts)} = **{plain(rupiah(totals[y]))}**")


def cell(value: export.Value) -> str:
    return f"Rp{number(value)}" if isinstance(value, Decimal) else str(value)
