"""The grid of figures on the page, and what can be done with the rows that are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.views import export, routes, widgets
from assistant.views.downloads import table_downloads
from assistant.views.figure_card import figure_card, lines_chart
from assistant.views.frame import Filters, Grid, GridLine, cell_text, cell_value, describe, ordered, total, used_years
from assistant.views.markup import number, plain, rupiah, shorten
from assistant.views.money import amount
from assistant.views.texts import t
from ingest.models import Figure
from ingest.store.index import PlanIndex

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

MAX_CHARTED = 6
HEIGHT = 560
SHORT = 14
"""So many rows need less than the height."""
ROUND = "grid-round"
"""Key of the session state: how often the ticks were taken away."""
LEAST_WIDE, MOST_WIDE = 64, 128
"""Pixels of a column of figures."""
NAME_WIDE = 370
"""Of the indicators: with it the five years of a plan are in sight on a desk."""
WORD = -9e15
"""Below every figure, and still an integer that a browser holds exactly: what words are sorted by."""
NAMES = ("figure.indicator", "figure.measure")
REST = ("figure.unit", "figure.org", "figure.activity", "figure.level", "figure.code", "figure.program", "figure.table", "figure.row")


def show(index: PlanIndex, grid: Grid, filters: Filters) -> None:
    lines = grid.filtered(filters)
    if not lines:
        st.info(t("figures.empty"), icon=":material/filter_list_off:")
        return
    years = used_years(lines, filters.years)
    undated = any(None in line.cells for line in lines)
    columns: list[int | None] = [*years, *([None] if undated else [])]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.caption(t("figures.count", shown=number(len(lines)), all=number(len(grid.lines))), width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="bottom", gap="xsmall"):
            lines = ordered(lines, chosen_order(years))
            table_downloads(lambda: (header(columns), table_rows(lines, columns)), "angka-renstra", t("figures.title"), key="")
    wanted = hash((filters.words, tuple(filters.chosen.items()), filters.years, lines[0].key, st.session_state.get(ROUND, 0)))
    event: Any = st.dataframe(
        styled(lines, columns),
        hide_index=True,
        height=HEIGHT if len(lines) > SHORT else "content",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"grid-{wanted}",
        column_config=column_config(lines, columns),
        placeholder="",
        alt=t("figures.title"),
    )
    st.caption(t("figures.pick"))
    picked = [lines[i] for i in event.selection.rows if i < len(lines)]
    if picked:
        with widgets.side_panel(t("figures.selected", n=number(len(picked))), "picked", unpick, focus=False):
            selection(index, picked, columns)


def chosen_order(years: Sequence[int]) -> str:
    """The order of the rows: that of the files too (a click on a header sorts only what is seen)."""
    options = ["doc", "name", *map(str, years)]
    return str(
        st.selectbox(
            t("figures.order"),
            options,
            key="urut",
            format_func=lambda o: t("figures.order_year", year=o) if o.isdigit() else t(f"figures.order.{o}"),
            label_visibility="collapsed",
            width=225,
        )
        or "doc"
    )


def unpick() -> None:
    """A grid of a new key: its ticks are gone."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def header(columns: Sequence[int | None]) -> list[str]:
    return [*(t(n) for n in NAMES), *(str(c) if c else t("figure.value") for c in columns), *(t(n) for n in REST)]


def fields(line: GridLine) -> tuple[str, ...]:
    f = line.first
    return (line.unit, f.org_unit, line.activity, f.level, f.code, f.program, f.table)


def table_rows(lines: Sequence[GridLine], columns: Sequence[int | None]) -> list[list[export.Value]]:
    """Exactly what the grid shows, values exact."""
    return [
        [line.first.indicator, line.first.measure, *(cell_value(line.cells.get(c)) for c in columns), *fields(line), line.first.line]
        for line in lines
    ]


def styled(lines: Sequence[GridLine], columns: Sequence[int | None]) -> Styler:
    """Numbers stay numbers, so that sorting is right; each is shown in Indonesian notation, words as printed (sorted below)."""
    import pandas as pd

    names = header(columns)
    shown_columns = names[len(NAMES) : len(NAMES) + len(columns)]
    texts: dict[str, dict[float, str]] = {name: {} for name in shown_columns}
    data: dict[str, list[Any]] = {name: [] for name in names}
    for line in lines:
        values = [grid_value(line.cells.get(column), texts[name]) for column, name in zip(columns, shown_columns, strict=True)]
        for name, item in zip(names, [line.first.indicator, line.first.measure, *values, *fields(line), line.first.line], strict=True):
            data[name].append(item)
    style = pd.DataFrame(data).style
    for name, known in texts.items():
        style = style.format(shower(known), subset=[name], na_rep="")
    return style


def shower(known: dict[float, str]) -> Callable[[object], str]:
    return lambda value: known.get(float(str(value)), "")


def grid_value(figure: Figure | None, texts: dict[float, str]) -> float:
    """The number to sort by, its shown text noted in `texts`. A word gets a number below every figure, one for each word."""
    if figure is None:
        return float("nan")
    text = cell_text(figure)
    value = amount(figure)
    number_ = float(value) if value is not None else next((n for n, t in texts.items() if t == text and n < WORD / 2), WORD + len(texts))
    texts[number_] = text
    return number_


def column_config(lines: Sequence[GridLine], columns: Sequence[int | None]) -> dict[str, Any]:
    config: dict[str, Any] = {t("figure.indicator"): st.column_config.TextColumn(width=NAME_WIDE)}
    for column in columns:
        longest = max((len(cell_text(line.cells[column])) for line in lines if column in line.cells), default=0)
        width = min(MOST_WIDE, max(LEAST_WIDE, 7 * longest + 22))
        config[str(column) if column else t("figure.value")] = st.column_config.NumberColumn(alignment="right", width=width)
    return config


# what is ticked --------------------------------------------------------------------------------------------------------


def selection(index: PlanIndex, lines: Sequence[GridLine], columns: Sequence[int | None]) -> None:
    if len(lines) == 1:
        figure_card(lines[0].series, (), "grid")
        doors(lines[0])
        return
    if len(lines) == 2:
        compare(lines[0], lines[1], columns)
    charted = lines[:MAX_CHARTED]
    if len({line.unit.lower() for line in charted}) == 1:
        lines_chart([(describe(line), line.series) for line in charted], "grid")
    totals(lines, columns)
    for line in lines[:MAX_CHARTED]:
        with st.container(border=True, gap="xsmall"):
            st.markdown(plain(shorten(describe(line), 160)))
            doors(line)


def doors(line: GridLine) -> None:
    """Its place in the plan, and the question about it."""
    f = line.first
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"doors-{line.key}"):
        routes.link("reader", t("source.open"), routes.place(f.doc, f.line), icon=":material/menu_book:")
        if st.button(t("figures.ask"), key=f"ask-{line.key}", icon=":material/forum:", type="tertiary"):
            routes.go("chat", {"q": question(line)})


def question(line: GridLine) -> str:
    f = line.first
    of = t("figures.of", name=line.activity or f.org_unit) if line.activity or f.org_unit else ""
    last = line.series[-1].year
    return t("figures.ask_text", measure=f.measure, indicator=f.indicator, of=of, year=t("figures.in_year", year=last) if last else "")


def totals(lines: Sequence[GridLine], columns: Sequence[int | None]) -> None:
    found = [(c, total(lines, c)) for c in columns]
    rows = [(c, result) for c, result in found if result is not None]
    if not rows:
        st.caption(t("figures.no_sum"))
        return
    st.markdown(f"**{t('figures.sum_of', measure=plain(lines[0].first.measure), n=number(len(lines)))}**")
    money = lines[0].money
    sums = [plain(rupiah(r[0]) if money else number(r[0])) for _, r in rows]
    with st.container(key="numbers-sum"):
        st.table({t("figure.year"): [str(c) if c else "–" for c, _ in rows], t("figures.sum"): sums}, hide_index=True, border="horizontal")
    with st.expander(t("budget.formula"), icon=":material/function:"):
        for c, (_, formula) in rows:
            st.markdown(f"**{c or '–'}:** {plain(formula)}")


def compare(a: GridLine, b: GridLine, columns: Sequence[int | None]) -> None:
    shared = [c for c in columns if c in a.cells and c in b.cells]
    same_unit = a.unit.lower() == b.unit.lower()
    if not shared:
        return
    st.markdown(f"**{t('figures.compare')}**")
    st.caption(f"**A:** {plain(describe(a))}  \n**B:** {plain(describe(b))}")
    table: dict[str, list[str]] = {t("figure.year"): [], "A": [], "B": [], t("figures.difference"): [], t("figures.ratio"): []}
    for c in shared:
        left, right = amount(a.cells[c]), amount(b.cells[c])
        table[t("figure.year")].append(str(c) if c else "–")
        table["A"].append(plain(cell_text(a.cells[c])))
        table["B"].append(plain(cell_text(b.cells[c])))
        known = left is not None and right is not None and same_unit
        table[t("figures.difference")].append(plain(number(right - left)) if known and left is not None and right is not None else "–")
        table[t("figures.ratio")].append(plain(number(round(right / left, 2))) if known and left and right is not None else "–")
    with st.container(key="numbers"):
        st.table(table, hide_index=True, border="horizontal")
