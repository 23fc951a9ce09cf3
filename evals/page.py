"""The report as one HTML file that needs no network: tables, plots, and every question to browse and filter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.charts import charts, vega_bundle
from evals.metrics import BROKEN_DOWN, BY_NAME, METRICS
from evals.report import FIELD_TITLES, SHORT, miss_counts, value_said
from evals.report_models import FIELDS, Report, System
from evals.why import LABELS

TEMPLATE = Path(__file__).with_name("report_page.html")


def html_page(report: Report) -> str:
    """The finished page; everything from outside is escaped, data travel as JSON."""
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    plots = charts(report)
    return template.render(
        report=report,
        summary=summary_rows(list(report.systems)),
        systems=[s.label for s in report.systems],
        titles=[title for title, _ in plots],
        breakdowns=[(FIELD_TITLES[f], breakdown_rows(report, f)) for f in FIELDS if report.assistant.by.get(f)],
        broken_down=[BY_NAME[m].label for m in BROKEN_DOWN],
        misses=[(LABELS[k], n) for k, n in miss_counts(report.assistant.items)],
        fresh=_without_duplicates(report),
        vega=vega_bundle().replace("</script", "<\\/script"),
        specs=script_json([spec for _, spec in plots]),
        data=script_json({"items": [row.model_dump(mode="json") for row in report.assistant.items], "labels": LABELS}),
    )


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


def summary_rows(systems: list[System], names: tuple[str, ...] | None = None) -> list[tuple[str, str, list[str]]]:
    """(label, definition, a cell a system) of each metric that somebody measured."""
    shown = [
        m for m in METRICS if (names is None or m.name in names) and any(s.summary.get(m.name) and s.summary[m.name].n for s in systems)
    ]
    arrow = {"lower": " ↓"}
    return [(m.label + arrow.get(m.better, ""), m.definition, [value_said(m, s.summary.get(m.name)) for s in systems]) for m in shown]


def breakdown_rows(report: Report, field: str) -> list[tuple[str, int, list[str]]]:
    return [
        (name, measured["correct"].n, [value_said(BY_NAME[m], measured.get(m), with_interval=m == "correct") for m in BROKEN_DOWN])
        for name, measured in report.assistant.by[field].items()
    ]


def _without_duplicates(report: Report) -> list[tuple[str, str, list[str]]]:
    own = report.assistant
    if not own.without_duplicates:
        return []
    return summary_rows([own, own.model_copy(update={"summary": own.without_duplicates})], SHORT)
