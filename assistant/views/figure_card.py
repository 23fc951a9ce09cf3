"""A figure shown large: its years as a chart with the asked one standing out, its unit and who is in charge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from assistant.compose_figures import shown
from assistant.views.markup import plain, shorten
from assistant.views.money import is_money, short_label
from assistant.views.texts import t
from ingest.models import Figure

FADED = "rgba(11, 110, 127, 0.38)"
CHART_HEIGHT = 190
LABELLED = 3
"""More lines than this are labelled at their last point only."""
PALETTE = ("#0b6e7f", "#c2571a", "#6d4aa8", "#3f7d2c", "#a83a5b", "#5b6472")
FLAG_NAMES = {
    "shifted-column": "kolom bergeser",
    "unit-label-implausible": "satuan tidak masuk akal",
    "sum-mismatch": "jumlah tidak cocok",
    "unclear": "tidak jelas",
}


def figure_card(series: Sequence[Figure], asked_years: Collection[int], key: str) -> None:
    """`series`: the figures of one row and measure, oldest first. The asked year (else the last) is the large one."""
    main = next((f for f in series if f.year in asked_years), series[-1])
    with st.container(border=True, key=f"card-{key}"):
        left, right = st.columns([2, 3], vertical_alignment="center")
        with left:
            large(main)
        with right:
            years_chart(series, {main.year} if len(asked_years) < 2 else set(asked_years), key)


def large(figure: Figure) -> None:
    year = f" {figure.year}" if figure.year else ""
    text = shown(figure)
    exact = ""
    if is_money(figure) and figure.value is not None:
        text, exact = f"Rp{short_label(figure)}", text.split(" (")[0]
    st.metric(plain(f"{figure.measure.capitalize()}{year}"), text)
    if exact:
        st.caption(t("figure.exact", full=plain(exact)))
    facts = [
        (t("figure.indicator"), figure.indicator),
        (t("figure.unit"), figure.unit),
        (t("figure.org"), figure.org_unit),
        (t("figure.activity"), f"{figure.activity} ({figure.activity_code})" if figure.activity_code else figure.activity),
    ]
    st.caption("  \n".join(f"**{name}:** {plain(shorten(value, 130))}" for name, value in facts if value))
    doubts = [FLAG_NAMES[f] for f in figure.flags if f in FLAG_NAMES]
    if doubts:
        st.caption(":material/flag: " + t("figure.doubt", flags=", ".join(doubts)))


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
                },
                "itemStyle": {"color": PALETTE[0] if strong else FADED},
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
    for place, (name, series) in enumerate(named):
        by_year = {f.year: f for f in series if f.year and f.value is not None}
        points = [point(by_year.get(year), everywhere=len(named) <= LABELLED or year == years[-1]) for year in years]
        drawn.append(
            {
                "type": "line",
                "name": shorten(name, 60),
                "data": points,
                "symbolSize": 9,
                "connectNulls": True,
                "lineStyle": {"width": 2.5},
                "color": PALETTE[place % len(PALETTE)],
            }
        )
    described = "; ".join(f"{name}: " + ", ".join(f"{f.year} {shown(f)}" for f in series if f.year) for name, series in named)
    st.echarts_chart(
        {
            "grid": {"left": 30, "right": 40, "top": 40, "bottom": 34 + 22 * len(named)},
            "legend": {"orient": "vertical", "left": 0, "bottom": 0, "itemGap": 6},
            "xAxis": {"type": "category", "data": [str(y) for y in years]},
            "yAxis": {"type": "value", "axisLabel": {"show": False}},
            "series": drawn,
            "animation": False,
        },
        height=260 + 22 * len(named),
        key=f"lines-{key}",
        alt=described,
    )


def point(figure: Figure | None, everywhere: bool) -> dict[str, Any] | None:
    if figure is None:
        return None
    value = float((figure.value or Decimal(0)) * figure.scale)
    return {"value": value, "label": {"show": everywhere, "position": "top", "formatter": bar_label(figure), "lineHeight": 14}}
