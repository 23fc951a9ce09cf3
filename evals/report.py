"""A run as Markdown, JSON and one HTML file. The Markdown names every miss; the HTML holds every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evals.metrics import BROKEN_DOWN, BY_NAME, METRICS, Measured, Metric
from evals.report_models import FIELDS, Report, System
from evals.results import ItemResult
from evals.why import LABELS

FIELD_TITLES = {
    "type": "Menurut jenis pertanyaan",
    "persona": "Menurut pengguna",
    "part": "Menurut bagian rencana",
    "dataset": "Menurut kumpulan",
}
GOT_CHARS = 700
SHORT = (
    "correct",
    "exact_figures",
    "wrong_figures",
    "abstained_when_due",
    "abstained_wrongly",
    "evidence_cited",
    "citation_valid",
    "recall_10",
    "latency_p50",
    "latency_p95",
    "crashes",
)


def number_said(value: float, digits: int = 0) -> str:
    """As Indonesians write it: 1.234,5."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent_said(value: float, digits: int = 1) -> str:
    return f"{number_said(100 * value, digits)}%"


def value_said(metric: Metric, got: Measured | None, with_interval: bool = True) -> str:
    """A figure with its interval as a reader sees it; a dash where it was not measured."""
    if got is None or got.value is None:
        return "–"
    low, high = (got.low, got.high) if with_interval else (None, None)
    between = "" if low is None or high is None else f" [{_plain(metric, low)}–{_plain(metric, high)}]"
    if metric.unit == "share":
        return percent_said(got.value) + between
    return _plain(metric, got.value) + (" ms" if metric.unit == "ms" else "") + between


def _plain(metric: Metric, value: float) -> str:
    if metric.unit == "share":
        return number_said(100 * value)
    return number_said(value, {"score": 3, "count": 1}.get(metric.unit, 0))


def summary_table(systems: Sequence[System], names: Sequence[str] | None = None) -> str:
    """Markdown: a row a metric, a column a system; metrics that nobody measured are left out."""
    shown = [
        m for m in METRICS if (names is None or m.name in names) and any(s.summary.get(m.name) and s.summary[m.name].n for s in systems)
    ]
    lines = ["| ukuran | " + " | ".join(s.label for s in systems) + " |", "| --- |" + " ---: |" * len(systems)]
    for metric in shown:
        lines.append(
            f"| {metric.label}{_arrow(metric)} | " + " | ".join(value_said(metric, s.summary.get(metric.name)) for s in systems) + " |"
        )
    return "\n".join(lines)


def _arrow(metric: Metric) -> str:
    return {"higher": "", "lower": " ↓", "neutral": ""}[metric.better]


def breakdown_table(groups: dict[str, dict[str, Measured]]) -> str:
    lines = ["| | n | " + " | ".join(BY_NAME[name].label for name in BROKEN_DOWN) + " |", "| --- | ---: |" + " ---: |" * len(BROKEN_DOWN)]
    for name, measured in groups.items():
        cells = [value_said(BY_NAME[m], measured.get(m), with_interval=m == "correct") for m in BROKEN_DOWN]
        lines.append(f"| {_cell(name)} | {measured['correct'].n} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def miss_counts(rows: Sequence[ItemResult]) -> list[tuple[str, int]]:
    counts = Counter(row.miss for row in rows if row.miss)
    return [(kind, counts[kind]) for kind in LABELS if counts[kind]]


def markdown(report: Report) -> str:
    """The whole report to read."""
    own = report.assistant
    parts = [
        "# Laporan evaluasi",
        _head(report),
        "## Ringkasan",
        summary_table(report.systems),
        "Dalam kurung: selang kepercayaan 95 % (bootstrap). ↓: makin kecil makin baik. Definisi setiap ukuran: `docs/metrics.md`.",
    ]
    if report.gate:
        parts += ["## Gate", "\n".join(f"- {line.line}" for line in report.gate)]
    if own.without_duplicates:
        rest = own.model_copy(update={"label": "tanpa yang hampir sama", "summary": own.without_duplicates})
        parts += [
            "## Pertanyaan yang hampir sama dengan pertanyaan sehari-hari yang diindeks",
            f"{report.duplicates} butir lebih dari 90 % sama dengan pertanyaan yang sudah diindeks. Skor dengan dan tanpanya:",
            summary_table([own, rest], SHORT),
        ]
    for field in FIELDS:
        if own.by.get(field):
            parts += [f"## {FIELD_TITLES[field]}", breakdown_table(own.by[field])]
    parts += [
        "## Sebab kesalahan",
        "\n".join(["| sebab | butir |", "| --- | ---: |", *(f"| {LABELS[k]} | {n} |" for k, n in miss_counts(own.items))]),
    ]
    parts += [_miss(row) for row in own.items if row.miss]
    return "\n\n".join(parts) + "\n"


def _head(report: Report) -> str:
    sets = ", ".join(f"{s.name} ({s.items})" for s in report.sets)
    lines = [
        f"- Perintah: `{report.command}`",
        f"- Kumpulan: {sets}",
        f"- Indeks: `{report.index}`, kode: `{report.code}`, moda: {report.mode}",
        f"- “Hari ini” bagi asisten: {report.today}",
        f"- Dibuat {report.made}; {number_said(report.seconds, 1)} detik, {report.workers} pekerja",
    ]
    return "\n".join(lines + [f"- Catatan: {note}" for note in report.notes])


def _miss(row: ItemResult) -> str:
    """One miss: the question, the wanted, the got, the evidence in context."""
    got = " ".join(row.got.split())
    lines = [f"### {row.id} · {row.type} · {LABELS[row.miss]}", "", f"**Pertanyaan:** {row.question}", ""]
    if row.history:
        lines[2:2] = [f"> {_cell(turn)[:300]}" for turn in row.history] + [""]
    lines += [f"**Seharusnya:** {_cell(row.wanted) or ('menolak' if row.abstain else '–')}", "", f"**Sebab:** {row.miss_detail}", ""]
    lines += [f"**Jawaban** ({row.status or 'tanpa status'}): {got[:GOT_CHARS]}{' …' if len(got) > GOT_CHARS else ''}"]
    if row.context:
        lines += [
            "",
            "**Bukti:**",
            "",
            *(f"    {'→' if c.evidence else ' '} {c.line}: {' '.join(c.text.split())[:300]}" for c in row.context),
        ]
    return "\n".join(lines)


def write_report(report: Report, folder: Path) -> list[Path]:
    """report.md, report.json and report.html in `folder`."""
    from evals.page import html_page

    folder.mkdir(parents=True, exist_ok=True)
    written = {
        "report.md": markdown(report),
        "report.json": report.model_dump_json(indent=1),
        "report.html": html_page(report),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in written]
