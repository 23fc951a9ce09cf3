"""`renstra ask`, `figures`, `serve`, `doctor`, `bench`, `vectors`: thin, over the assistant and the index."""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.models import Answer, Trace, Turn
from ingest.commands import run_diff, settings_of
from ingest.errors import InputError
from ingest.models import FIGURE_FIELDS, Figure

PORT = 8501


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ask = commands.add_parser("ask", help="menjawab satu pertanyaan")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="jawaban sebagai satu objek JSON")
    ask.add_argument("--history", type=Path, help='berkas JSON: [{"role": "user"|"assistant", "content": "..."}]')
    ask.add_argument("--trace", action="store_true", help="perlihatkan bagaimana pertanyaan dipahami dan dicari")
    ask.add_argument("--index", type=Path)
    ask.set_defaults(func=run_ask)

    figures = commands.add_parser("figures", help="angka persis dari tabel-tabel")
    actions = figures.add_subparsers(dest="action", required=True)
    export = actions.add_parser("export", help="mengekspor semua angka")
    export.add_argument("--format", choices=["jsonl", "csv", "xlsx"], default="jsonl")
    export.add_argument("--out", type=Path, help="berkas tujuan (wajib untuk xlsx; bawaan: keluaran baku)")
    export.add_argument("--index", type=Path)
    export.set_defaults(func=run_export)
    find = actions.add_parser("find", help="mencari angka sebuah indikator")
    find.add_argument("words")
    find.add_argument("--measure")
    find.add_argument("--year", type=int, action="append", default=[])
    find.add_argument("--json", action="store_true")
    find.add_argument("--index", type=Path)
    find.set_defaults(func=run_find)
    diff = actions.add_parser("diff", help="membandingkan angka dua dokumen")
    diff.add_argument("a", type=Path)
    diff.add_argument("b", type=Path)
    diff.set_defaults(func=run_diff)

    serve = commands.add_parser("serve", help="menjalankan aplikasi di peramban")
    serve.add_argument("--port", type=int, default=PORT)
    serve.add_argument("--index", type=Path)
    serve.set_defaults(func=run_serve)

    doctor = commands.add_parser("doctor", help="memeriksa pemasangan, indeks, dan model")
    doctor.add_argument("--index", type=Path)
    doctor.set_defaults(func=run_doctor)

    bench = commands.add_parser("bench", help="mengukur kecepatan")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--quick", action="store_true", help="tanpa mengukur pembuatan indeks dari nol")
    bench.add_argument("--mode", choices=["offline", "model"], default="offline")
    bench.add_argument("--index", type=Path)
    bench.set_defaults(func=run_bench)


# ask -----------------------------------------------------------------------------------------------------------------


def run_ask(args: argparse.Namespace) -> int:
    from assistant.answer import build_assistant
    from assistant.understand import clean

    settings = settings_of(args)
    history = read_history(args.history)
    # bytes of the command line that are no UTF-8 cannot be printed again
    question = args.question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    clean(question)
    answer, trace = build_assistant(settings).run(question, history)
    if args.json:
        print(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False))
    else:
        print_answer(answer)
    if args.trace:
        print_trace(trace)
    return 0


def read_history(path: Path | None) -> tuple[Turn, ...]:
    if path is None:
        return ()
    try:
        return TypeAdapter(tuple[Turn, ...]).validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"Riwayat {path} tidak bisa dibuka ({error.strerror}).") from error
    except ValidationError as error:
        raise InputError(f"Isi riwayat {path} tidak sesuai: {error.errors()[0]['msg']}. Bentuknya daftar {{role, content}}.") from error


def print_answer(answer: Answer) -> None:
    print(answer.answer)
    for option in answer.options:
        print(f"  • {option}")
    if answer.citations:
        print("\nSumber:")
    for item in answer.citations:
        first, last = item.lines
        place = f"baris {first}" if first == last else f"baris {first}-{last}"
        page = f", halaman {item.page}" if item.page else ""
        where = " · ".join(filter(None, [item.section, item.table if item.table and item.table not in item.section else None]))
        quote = " ".join(item.quote.split())
        print(f"  [{item.n}] {where} ({place}{page})\n      “{quote[:200]}{'…' if len(quote) > 200 else ''}”")
    for warning in answer.warnings:
        print(f"\nPerhatian: {warning}")
    if answer.suggestions:
        print("\nBisa ditanyakan juga: " + " | ".join(answer.suggestions))


def print_trace(trace: Trace) -> None:
    print("\nJejak:", file=sys.stderr)
    print(f"  dipahami: {trace.question.summary()}", file=sys.stderr)
    for typed, read in trace.question.corrections:
        print(f"  dibaca: {typed} -> {read}", file=sys.stderr)
    for item in trace.question.from_history:
        print(f"  dari riwayat: {item}", file=sys.stderr)
    for hit in trace.hits[:5]:
        print(f"  baris {hit.lines[0]}-{hit.lines[1]}: {hit.score:.2f}", file=sys.stderr)
    if trace.evidence_score is not None:
        print(f"  bukti memadai: {trace.evidence_score:.2f}", file=sys.stderr)
    for name, milliseconds in trace.steps:
        print(f"  {name}: {milliseconds:.2f} ms", file=sys.stderr)
    if trace.model_calls:
        print(
            f"  model bahasa: {trace.model_calls} panggilan, {trace.model_tokens} token, naskah {trace.prompt_version or '-'}",
            file=sys.stderr,
        )
    if trace.model_trouble:
        print(f"  model bahasa tidak dipakai: {trace.model_trouble}", file=sys.stderr)
    for violation in trace.violations:
        print(f"  ditolak pemeriksa: {violation}", file=sys.stderr)


# figures -------------------------------------------------------------------------------------------------------------


def exported(figure: Figure) -> dict[str, Any]:
    """The fields that other tools read, in their order; decimals as strings."""
    data = figure.model_dump(mode="json")
    return {name: list(data[name]) if name == "flags" else data[name] for name in FIGURE_FIELDS}


def run_export(args: argparse.Namespace) -> int:
    from ingest.store.index import open_index

    rows = [exported(f) for f in open_index(settings_of(args)).figures.figures]
    if args.format == "xlsx" and not args.out:
        raise InputError("Sebutkan berkas tujuan untuk XLSX: `renstra figures export --format xlsx --out angka.xlsx`.")
    try:
        write_rows(rows, args.format, args.out)
    except OSError as error:
        if not args.out:
            raise
        raise InputError(f"{args.out} tidak bisa ditulis ({error.strerror}). Sebutkan berkas tujuan yang lain.") from error
    return 0


def write_rows(rows: Sequence[dict[str, Any]], form: str, path: Path | None) -> None:
    """To `path`, or to standard output (jsonl and csv)."""
    if form == "xlsx" and path:
        return write_xlsx(rows, path)
    out = path.open("w", encoding="utf-8", newline="") if path else sys.stdout
    try:
        if form == "csv":
            writer = csv.DictWriter(out, FIGURE_FIELDS)
            writer.writeheader()
            writer.writerows({**row, "flags": " ".join(row["flags"])} for row in rows)
        else:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    finally:
        if path:
            out.close()


def write_xlsx(rows: Sequence[dict[str, Any]], path: Path) -> None:
    from openpyxl import Workbook

    # opened first: a workbook that cannot be saved complains in its own words when it is cleared away
    with path.open("wb") as out:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("angka")
        sheet.append(list(FIGURE_FIELDS))
        for row in rows:
            cells = [" ".join(v) if isinstance(v, list) else v for v in row.values()]
            # a cell that begins like a formula stays text
            sheet.append([f"'{c}" if isinstance(c, str) and c[:1] in "=+@" else c for c in cells])
        book.save(out)


def run_find(args: argparse.Namespace) -> int:
    from assistant.answer import build_assistant
    from assistant.figure_text import shown
    from assistant.lookup_models import LookupRequest

    assistant = build_assistant(settings_of(args))
    result = assistant.lookup.find(LookupRequest(indicator=args.words, measure=args.measure, years=tuple(args.year)))
    if args.json:
        print(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))
        return 0
    if result.message:
        print(result.message)
    for option in result.options:
        print(f"  • {option}")
    for figure in result.figures:
        year = f" {figure.year}" if figure.year else ""
        print(f"{figure.indicator} · {figure.measure}{year}: {shown(figure)}   ({figure.table}, baris {figure.line})")
    for item in result.discrepancies:
        print(f"Perhatian: {item.message}")
    return 0


# the app, health, speed ------------------------------------------------------------------------------------------------


def run_serve(args: argparse.Namespace) -> int:
    from ingest.store.index import open_index

    settings = settings_of(args)
    open_index(settings)
    app = Path(__file__).resolve().parent.parent / "app.py"
    environment = {**os.environ, "RENSTRA_INDEX": str(settings.index)}
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(args.port), "--server.headless", "true"]
    return subprocess.call([*command, "--browser.gatherUsageStats", "false"], env=environment)


def run_doctor(args: argparse.Namespace) -> int:
    from assistant.doctor import examine

    report = examine(settings_of(args))
    print(report.text())
    return 0 if report.healthy else 1


def run_bench(args: argparse.Namespace) -> int:
    from assistant.bench import run

    results = run(settings_of(args), quick=args.quick, mode=args.mode)
    if args.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        for name, value in results.items():
            print(f"{name:44s} {value}")
    return 0
