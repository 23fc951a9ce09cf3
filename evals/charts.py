"""The plots of a report, as Vega-Lite specifications made with Altair."""

from __future__ import annotations

from typing import Any

from evals.metrics import BY_NAME
from evals.report import miss_counts
from evals.report_models import Report
from evals.why import LABELS

COLOURS = ["#0b5cad", "#d98200", "#5b6770", "#7a3e9d"]
"""Told apart in print and by colour-blind readers."""
SIDE_BY_SIDE = (
    "correct",
    "coverage",
    "exact_figures",
    "evidence_cited",
    "citation_precision",
    "abstained_when_due",
    "recall_10",
    "ndcg_10",
)
WIDTH = 330
LABEL_CHARS = 30


def charts(report: Report) -> list[tuple[str, dict[str, Any]]]:
    """(title, specification) of each plot that has data."""
    found = [
        ("Asisten dan pembanding", _systems(report)),
        ("Jawaban benar menurut jenis pertanyaan", _groups(report, "type")),
        ("Jawaban benar menurut bagian rencana", _groups(report, "part")),
        ("Sebab kesalahan", _misses(report)),
        ("Kalibrasi uji bukti", _calibration(report)),
        ("Waktu jawab", _latency(report)),
    ]
    return [(title, spec) for title, spec in found if spec]


def _systems(report: Report) -> dict[str, Any] | None:
    import altair as alt

    rows = [
        {"ukuran": BY_NAME[name].label, "sistem": system.label, "nilai": got.value, "bawah": got.low, "atas": got.high}
        for system in report.systems
        for name in SIDE_BY_SIDE
        if (got := system.summary.get(name)) and got.value is not None
    ]
    labels = [s.label for s in report.systems]
    scale = alt.Scale(domain=labels, range=(COLOURS * len(labels))[: len(labels)])
    base = alt.Chart(_data(values=rows)).encode(
        y=alt.Y("ukuran:N", title=None, sort=[BY_NAME[n].label for n in SIDE_BY_SIDE]), yOffset=alt.YOffset("sistem:N", sort=labels)
    )
    bars = base.mark_bar().encode(
        x=alt.X("nilai:Q", title=None, axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("sistem:N", title=None, scale=scale, sort=labels, legend=alt.Legend(orient="top")),
        tooltip=["ukuran:N", "sistem:N", alt.Tooltip("nilai:Q", format=".1%")],
    )
    whiskers = base.mark_rule(color="black").encode(x="bawah:Q", x2="atas:Q")
    return _spec((bars + whiskers).properties(width=WIDTH, height=alt.Step(9, **{"for": "offset"})))


def _groups(report: Report, field: str) -> dict[str, Any] | None:
    import altair as alt

    rows = [
        {
            "kelompok": f"{shortened(name)} (n={m['correct'].n})",
            "nilai": m["correct"].value,
            "bawah": m["correct"].low,
            "atas": m["correct"].high,
        }
        for name, m in report.assistant.by.get(field, {}).items()
    ]
    if not rows:
        return None
    base = alt.Chart(_data(values=rows)).encode(y=alt.Y("kelompok:N", title=None, axis=alt.Axis(labelLimit=230)))
    bars = base.mark_bar(color=COLOURS[0]).encode(
        x=alt.X("nilai:Q", title=None, axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        tooltip=["kelompok:N", alt.Tooltip("nilai:Q", format=".1%")],
    )
    return _spec((bars + base.mark_rule(color="black").encode(x="bawah:Q", x2="atas:Q")).properties(width=WIDTH))


def shortened(text: str) -> str:
    return text if len(text) <= LABEL_CHARS else text[: LABEL_CHARS - 1].rstrip() + "…"


def _misses(report: Report) -> dict[str, Any] | None:
    import altair as alt

    rows = [{"sebab": LABELS[kind].split(" (")[0], "butir": n} for kind, n in miss_counts(report.assistant.items)]
    if not rows:
        return None
    return _spec(
        alt.Chart(_data(values=rows))
        .mark_bar(color=COLOURS[1])
        .encode(
            x=alt.X("butir:Q", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("sebab:N", title=None, sort="-x", axis=alt.Axis(labelLimit=230)),
            tooltip=["sebab:N", "butir:Q"],
        )
        .properties(width=WIDTH)
    )


def _calibration(report: Report) -> dict[str, Any] | None:
    import altair as alt

    if not report.assistant.reliability:
        return None
    points = (
        alt.Chart(_data(values=list(report.assistant.reliability)))
        .mark_circle(color=COLOURS[0], opacity=0.9)
        .encode(
            x=alt.X("p:Q", title="peluang menurut uji bukti", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("y:Q", title="bagian yang memang ada di dokumen", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
            size=alt.Size("n:Q", title="butir"),
            tooltip=["p:Q", "y:Q", "n:Q"],
        )
    )
    ideal = (
        alt.Chart(_data(values=[{"p": 0, "y": 0}, {"p": 1, "y": 1}])).mark_line(strokeDash=[4, 4], color="gray").encode(x="p:Q", y="y:Q")
    )
    return _spec((ideal + points).properties(width=320, height=320))


def _latency(report: Report) -> dict[str, Any] | None:
    import altair as alt

    rows = [{"ms": row.latency_ms, "jenis": row.type} for row in report.assistant.items if row.latency_ms is not None]
    if not rows:
        return None
    return _spec(
        alt.Chart(_data(values=rows))
        .mark_bar(color=COLOURS[2])
        .encode(x=alt.X("ms:Q", bin=alt.Bin(maxbins=40), title="milidetik"), y=alt.Y("count()", title="pertanyaan"))
        .properties(width=WIDTH)
    )


def _data(values: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=values)


def _spec(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    return spec


def vega_bundle() -> str:
    """The JavaScript of Vega, Vega-Lite and vega-embed as one script that needs nothing from a network."""
    import altair as alt
    import vl_convert

    version = alt.SCHEMA_VERSION.removeprefix("v").rsplit(".", 1)[0]
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version))
