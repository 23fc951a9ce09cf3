"""A finished evaluation on the page: the summary, the kinds of question, each miss with its evidence; two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from assistant.views import html, routes
from assistant.views.markup import answer_markdown, number, plain, plain_lines, shorten
from assistant.views.texts import t

A_PAGE = 8
SHARES = (
    ("correct", "eval.correct"),
    ("exact_figures", "eval.m.exact"),
    ("wrong_figures", "eval.m.wrong"),
    ("evidence_cited", "eval.m.cited"),
    ("citation_valid", "eval.m.valid"),
)
TIMES = (("latency_p50", "eval.m.p50"), ("latency_p95", "eval.m.p95"))


def percent(value: object) -> str:
    return "–" if not isinstance(value, int | float) else f"{number(round(Decimal(str(value)) * 100, 1))}%"


def measured(summary: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = summary.get(name)
    return found if isinstance(found, Mapping) else {}


def show(report: Mapping[str, Any]) -> None:
    system = report["systems"][0]
    items: Sequence[Mapping[str, Any]] = system["items"]
    summary = system.get("summary", {})
    with st.container(horizontal=True, gap="small"):
        for name, label in SHARES:
            value = measured(summary, name).get("value")
            if value is not None:
                st.metric(t(label), percent(value), width=146, border=True)
        for name, label in TIMES:
            value = measured(summary, name).get("value")
            if value is not None:
                st.metric(t(label), f"{number(round(value))} ms", width=146, border=True)
    correct = measured(summary, "correct")
    interval = f" ({percent(correct.get('low'))}–{percent(correct.get('high'))})" if correct.get("low") is not None else ""
    right = sum(bool(i.get("correct")) for i in items)
    st.caption(t("eval.headline", right=number(right), all=number(len(items)), interval=interval, index=str(report.get("index", ""))[:16]))
    by_type(system.get("by", {}).get("type", {}))
    misses(items)


def by_type(groups: Mapping[str, Any]) -> None:
    rows = [(name, measured(g, "correct")) for name, g in groups.items() if isinstance(g, Mapping)]
    if not rows:
        return
    with st.expander(t("eval.by_type"), icon=":material/bar_chart:", expanded=len(rows) > 1):
        st.dataframe(
            {
                t("eval.type"): [name for name, _ in rows],
                "n": [int(m.get("n", 0)) for _, m in rows],
                t("eval.correct"): [100 * float(m.get("value") or 0) for _, m in rows],
            },
            hide_index=True,
            alt=t("eval.by_type"),
            height="content",
            column_config={t("eval.correct"): st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f%%")},
        )


def misses(items: Sequence[Mapping[str, Any]]) -> None:
    missed = [i for i in items if not i.get("correct")]
    st.subheader(f"{t('eval.misses')} ({number(len(missed))})", anchor=False)
    if not missed:
        st.success(t("eval.no_misses"), icon=":material/check_circle:")
        return
    pages = -(-len(missed) // A_PAGE)
    page = st.pagination(pages, key=f"misses-{len(missed)}-{len(items)}") if pages > 1 else 1
    for item in missed[(page - 1) * A_PAGE : page * A_PAGE]:
        with st.expander(f"{plain(str(item.get('id', '')))} · {plain(shorten(str(item.get('question', '')), 120))}"):
            miss(item)


def miss(item: Mapping[str, Any]) -> None:
    for turn in item.get("history", ()):
        st.caption(plain(str(turn)))
    st.markdown(f"**{t('eval.why')}:** {plain(str(item.get('miss_detail') or item.get('miss') or '–'))}")
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('eval.expected')}**")
        st.markdown(plain_lines(str(item.get("wanted") or ("–" if not item.get("abstain") else t("status.not_found")))))
    with right:
        st.markdown(f"**{t('eval.given')}**")
        st.markdown(answer_markdown(str(item.get("got") or "–")))
    places(t("eval.evidence"), [(c.get("doc", ""), c.get("line"), c.get("text", "")) for c in item.get("context", ()) if c.get("evidence")])
    places(t("eval.cited"), [(c.get("doc", ""), (c.get("lines") or [None])[0], c.get("quote", "")) for c in item.get("cited", ())])


def places(title: str, found: Sequence[tuple[str, int | None, str]]) -> None:
    if not found:
        return
    st.markdown(f"**{title}**")
    for doc, line, text in found:
        with st.container(border=True):
            st.html(html.snippet_html(shorten(text, 400), ()))
            if line:
                routes.link("reader", f"{t('source.open')} · {t('line')} {line}", routes.place(doc, line), icon=":material/menu_book:")


def comparison(found: Mapping[str, Any]) -> None:
    """What got better and worse between two runs, and whether the difference means anything."""
    verdict = t("eval.means" if found.get("means_something") else "eval.chance")
    st.info(
        t(
            "eval.compared",
            a=percent(found.get("correct_a")),
            b=percent(found.get("correct_b")),
            n=number(int(found.get("n", 0))),
            verdict=verdict,
            p=number(round(Decimal(str(found.get("p_value", 1))), 3)),
        ),
        icon=":material/compare_arrows:",
    )
    left, right = st.columns(2)
    for column, title, name in ((left, "eval.gained", "better"), (right, "eval.lost", "worse")):
        changes = found.get(name, ())
        with column.expander(f"{t(title)} ({number(len(changes))})", expanded=bool(changes)):
            for change in changes:
                st.markdown(f"- **{plain(str(change.get('id', '')))}** {plain(str(change.get('question', '')))}")
