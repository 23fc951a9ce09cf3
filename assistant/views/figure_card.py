"""A figure shown large: its years as a chart with the asked one standing out, its unit and who is in charge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from assistant.figure_text import shown
from assistant.views import colours, html
from assistant.views.markup import plain, shorten
from assistant.views.money import is_money, short_label
from assistant.views.texts import TEXTS, t
from ingest.models import Figure

CHART_HEIGHT = 190
LABEL_ROOM = 0.2
"""Of the chart's height: a point lower than this has no room for its label below it."""
LABELLED = 3
"""More lines than this are labelled at their last point only."""


def figure_card(series: Sequence[Figure], asked_years: Collection[int], key: str, border: bool = True) -> None:
    """`series`: the figures of one row and measure, oldest first. The asked year (else the last) is the large one."""
    main = next((f for f in series if f.year in asked_years), series[-1])
    with st.container(border=border, key=f"card-{key}"):
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            with st.container(width=300, gap="xsmall"):
                large(main)
            with st.container(width=330):
                years_chart(series, {main.year} if len(asked_years) < 2 else set(asked_years), key)
        facts(main)


def large(figure: Figure) -> None:
    year = f" {figure.year}" if figure.year else ""
    text = shown(figure)
    exact = ""
    if is_money(figure) and figure.value is not None:
        text, exact = f"Rp{short_label(figure)}", text.split(" (")[0]
    st.metric(plain(f"{figure.measure.capitalize()}{year}"), text)
    if exact:
        st.caption(t("figure.exact", full=plain(exact)))
    doubts = [t(f"flag.{f}") for f in figure.flags if f"flag.{f}" in TEXTS]
    if doubts:
        st.caption(":material/flag: " + t("figure.doubt", flags=", ".join(doubts)))


def facts(figure: Figure) -> None:
    """What the figure is about: its row, unit and who is in charge."""
    pairs = [
        (t("figure.indicator"), figure.indicator),
        (t("figure.unit"), figure.unit),
        (t("figure.org"), figure.org_unit),
        (t("figure.activity"), f"{figure.activity} ({figure.activity_code})" if figure.activity_code else figure.activity),
        (t("figure.row"), f"{shorten(figure.table, 90)} · {t('line')} {figure.line}"),
    ]
    st.html(html.pairs_html((name, shorten(value, 200)) for name, value in pairs if value))


def years_chart(series: Sequence[Figure], bold: Collection[int | None], key: str) -> None:
    points = [f for f in series if f.year and f.value is not None]
    if len(points) < 2:
        return
    data: list[dict[str, Any]] = []
    for f in points:
        strong = f.year in bold
        data.append(
            {
                "value": float((f.value or Decimal(0)) * f.scale),
                "label": {
                    "show": True,
                    "position": "top",
                    "formatter": bar_label(f),
                    "fontWeight": "bold" if strong else "normal",
                    "lineHeight": 14,
                    "color": colours.text(),
                },
                "itemStyle": {"color": colours.strong() if strong else colours.faded(), "borderRadius": [4, 4, 0, 0]},
            }
        )
    described = "; ".join(f"{f.year}: {shown(f)}" for f in points)
    st.echarts_chart(
        {
            "grid": {"left": 4, "right": 4, "top": 38, "bottom": 24},
            "xAxis": {"type": "category", "data": [str(f.year) for f in points], "axisTick": {"show": False}},
            "yAxis": {"show": False, "min": 0 if all(d["value"] >= 0 for d in data) else None},
            "series": [{"type": "bar", "data": data, "barMaxWidth": 46}],
            "animation": False,
        },
        height=CHART_HEIGHT,
        key=f"chart-{key}",
        alt=t("figure.chart", measure=points[0].measure, name=points[0].indicator, series=described),
    )


def bar_label(figure: Figure) -> str:
    if is_money(figure):
        return short_label(figure).replace(" ", "\n")
    return shorten(" ".join(figure.raw.split()), 12)


def lines_chart(named: Sequence[tuple[str, Sequence[Figure]]], key: str) -> None:
    """Several series of the same unit against each other. Values stand at the points: an axis would group digits the English way."""
    years = sorted({f.year for _, series in named for f in series if f.year and f.value is not None})
    if not years:
        return
    drawn: list[dict[str, Any]] = []
    lowest = min(range(len(named)), key=lambda i: sum(float(f.value or 0) for f in named[i][1]))
    highest = max(float((f.value or 0) * f.scale) for _, series in named for f in series)
    for place, (name, series) in enumerate(named):
        by_year = {f.year: f for f in series if f.year and f.value is not None}
        floor = LABEL_ROOM * highest if place == lowest else None
        points = [point(by_year.get(year), floor, everywhere=len(named) <= LABELLED or year == years[-1]) for year in years]
        drawn.append(
            {
                "type": "line",
                "name": shorten(name, 60),
                "data": points,
                "symbolSize": 9,
                "connectNulls": True,
                "labelLayout": {"hideOverlap": True},
                "lineStyle": {"width": 2.5},
                "color": colours.lines()[place % len(colours.lines())],
            }
        )
    described = "; ".join(f"{name}: " + ", ".join(f"{f.year} {shown(f)}" for f in series if f.year) for name, series in named)
    st.echarts_chart(
        {
            "grid": {"left": 30, "right": 40, "top": 40, "bottom": 34 + 22 * len(named)},
            "legend": {"orient": "vertical", "left": 0, "bottom": 0, "itemGap": 6, "textStyle": {"color": colours.text()}},
            "xAxis": {"type": "category", "data": [str(y) for y in years]},
            "yAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "series": drawn,
            "animation": False,
        },
        height=260 + 22 * len(named),
        key=f"lines-{key}",
        alt=described,
    )


def point(figure: Figure | None, floor: float | None, everywhere: bool) -> dict[str, Any] | None:
    """Its value above it; below it where it is higher than `floor`."""
    if figure is None:
        return None
    value = float((figure.value or Decimal(0)) * figure.scale)
    side = "bottom" if floor is not None and value > floor else "top"
    label = {"show": everywhere, "position": side, "formatter": bar_label(figure), "lineHeight": 14, "color": colours.text()}
    return {"value": value, "label": label}
