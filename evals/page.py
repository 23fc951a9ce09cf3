"""The report as one HTML file that needs no network: tables, plots, and every question to browse and filter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.charts import charts, vega_bundle
from evals.metrics import BROKEN_DOWN, BY_NAME, GROUPS, Measured, Metric
from evals.report import FIELD_TITLES, SHORT, miss_counts, number_said, percent_said, value_said
from evals.report_models import FIELDS, Report, System
from evals.results import ItemResult
from evals.why import LABELS

TEMPLATE = Path(__file__).with_name("report_page.html")
CARDS = ("correct", "exact_figures", "wrong_figures", "abstained_when_due", "evidence_cited", "latency_p50")
ARROWS = {"lower": " ↓", "higher": "", "neutral": ""}
Cell = tuple[str, str]
"""(value, interval)"""


class Row(NamedTuple):
    """A metric in a table: a cell a system; `best`: the columns of the best value, where several were measured."""

    label: str
    definition: str
    cells: tuple[Cell, ...]
    best: tuple[int, ...]


def html_page(report: Report) -> str:
    """The finished page; everything from outside is escaped, data travel as JSON."""
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    plots = charts(report)
    own = report.assistant
    rest = own.model_copy(update={"summary": own.without_duplicates or {}})
    return template.render(
        report=report,
        passed=all(line.passed for line in report.gate),
        percent_right=percent_said(own.summary["correct"].value or 0.0),
        seconds=number_said(report.seconds, 1),
        cards=[card for name in CARDS if (card := _card(BY_NAME[name], report.systems))],
        summary=[(title, rows) for title, names in GROUPS if (rows := summary_rows(report.systems, names))],
        systems=[s.label for s in report.systems],
        titles=[title for title, _ in plots],
        breakdowns=[(f, FIELD_TITLES[f], breakdown_rows(report, f)) for f in FIELDS if own.by.get(f)],
        broken_down=[BY_NAME[m].label for m in BROKEN_DOWN],
        misses=[(k, LABELS[k], n) for k, n in miss_counts(own.items)],
        fresh=summary_rows([own, rest], SHORT) if own.without_duplicates else [],
        css=TEMPLATE.with_suffix(".css").read_text(encoding="utf-8"),
        js=TEMPLATE.with_suffix(".js").read_text(encoding="utf-8"),
        vega=vega_bundle().replace("</script", "<\\/script"),
        specs=script_json([spec for _, spec in plots]),
        data=script_json({"items": _items(own.items), "labels": LABELS}),
    )


def _items(rows: Sequence[ItemResult]) -> list[dict[str, Any]]:
    """Every question with its answer as rendered Markdown; HTML in an answer stays text."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
    return [row.model_dump(mode="json") | {"got_html": markdown.render(row.got)} for row in rows]


def script_json(value: Any) -> str:
    """JSON that may stand inside a <script> element: no text can end the element or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (
        text.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def _cell(metric: Metric, got: Measured | None) -> Cell:
    value, _, between = value_said(metric, got).partition(" [")
    return value, f"[{between}" if between else ""


def _card(metric: Metric, systems: Sequence[System]) -> dict[str, str] | None:
    """A headline figure of the assistant, with the first system beside it that has one."""
    value, between = _cell(metric, systems[0].summary.get(metric.name))
    if value == "–":
        return None
    other = next(
        (
            f"{s.label}: {said}".replace(" ms", "\u00a0ms")
            for s in systems[1:]
            if (said := _cell(metric, s.summary.get(metric.name))[0]) != "–"
        ),
        "",
    )
    return {"label": metric.label + ARROWS[metric.better], "value": value, "between": between, "other": other}


def summary_rows(systems: Sequence[System], names: Sequence[str]) -> list[Row]:
    """The metrics that somebody measured."""
    out = []
    for metric in (BY_NAME[name] for name in names):
        got = [s.summary.get(metric.name) for s in systems]
        values = [(m.value, i) for i, m in enumerate(got) if m and m.value is not None]
        if values:
            best = (max if metric.better == "higher" else min)(values)[0]
            marked = [i for value, i in values if value == best] if len(values) > 1 and metric.better != "neutral" else []
            cells = tuple(_cell(metric, m) for m in got)
            out.append(Row(metric.label + ARROWS[metric.better], metric.definition, cells, tuple(marked)))
    return out


def breakdown_rows(report: Report, field: str) -> list[tuple[str, int, int, list[str]]]:
    """(name, items, percent right, a cell a metric) of each group."""
    return [
        (
            name,
            measured["correct"].n,
            round(100 * (measured["correct"].value or 0)),
            [value_said(BY_NAME[m], measured.get(m), with_interval=m == "correct") for m in BROKEN_DOWN],
        )
        for name, measured in report.assistant.by[field].items()
    ]
