"""`renstra eval`: run, score, report, compare, import. Thin."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.datasets import PERSONAS, TYPES, DatasetError, load_dataset, load_datasets, select, write_jsonl
from ingest.errors import InputError

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from evals.gate import Verdict
    from evals.report_models import Report
    from ingest.settings import Settings
    from ingest.store.index import PlanIndex

EPILOG = """bentuk lain:
  renstra eval compare A B                  bandingkan dua laporan (folder --report atau report.json)
  renstra eval import TABEL.xlsx HASIL.jsonl  ubah tabel (CSV/XLSX) menjadi kumpulan pertanyaan
Kode keluar: 0 baik, 1 gate tidak lulus, 2 masukan salah, 3 indeks tidak ada atau usang."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "eval", help="menilai asisten dengan kumpulan pertanyaan", epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", nargs="*", metavar="DATASET", help=".jsonl, .csv atau .xlsx; bawaan: yang disebut gate")
    parser.add_argument("--type", action="append", default=[], metavar="JENIS", help=f"hanya jenis ini (boleh diulang): {', '.join(TYPES)}")
    parser.add_argument(
        "--persona", action="append", default=[], metavar="PENGGUNA", help=f"hanya pengguna ini (boleh diulang): {', '.join(PERSONAS)}"
    )
    parser.add_argument("--predictions", type=Path, metavar="OUT.jsonl", help="simpan jawaban di sini; jawaban yang sudah ada dipakai lagi")
    parser.add_argument("--fresh", action="store_true", help="tanyakan semuanya lagi walaupun jawabannya sudah ada")
    parser.add_argument(
        "--score", type=Path, metavar="PREDICTIONS.jsonl", help="nilai jawaban yang sudah ada (dari asisten mana pun), tanpa bertanya"
    )
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="tulis report.md, report.html dan report.json ke sini")
    parser.add_argument("--index", type=Path, help="folder indeks (bawaan: RENSTRA_INDEX atau .renstra)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="banyaknya pertanyaan sekaligus (bawaan: 2)")
    parser.add_argument("--baseline", action="store_true", help="sandingkan dengan RAG quickstart, BM25 saja dan vektor saja")
    parser.add_argument("--gate", type=Path, metavar="FILE", help="keluar dengan kode 1 bila ada batas yang tak tercapai")
    parser.add_argument("--judge", action="store_true", help="biarkan model bahasa menilai jawaban prosa (tidak ikut gate)")
    parser.add_argument("--mode", choices=["offline", "model"], default="offline", help="tanpa (bawaan) atau dengan model bahasa")
    parser.add_argument("--progress", choices=["bar", "jsonl", "none"], default="bar", help="kemajuan di stderr")
    parser.add_argument("--json", action="store_true", help="cetak ringkasan sebagai JSON")
    parser.set_defaults(func=run_eval)


def run_eval(args: argparse.Namespace) -> int:
    if args.datasets[:1] == ["compare"]:
        return run_compare(args)
    if args.datasets[:1] == ["import"]:
        return run_import(args)
    return run_sets(args)


def listed(values: Sequence[str], known: Sequence[str], option: str) -> list[str]:
    """The values of an option that may be repeated or parted by commas; InputError for an unknown one."""
    found = [part.strip() for value in values for part in value.split(",") if part.strip()]
    unknown = [value for value in found if value not in known]
    if unknown:
        raise InputError(f"{option} {unknown[0]!r} tidak dikenal; yang ada: {', '.join(known)}.")
    return found


def may_write(folder: Path | None = None, file: Path | None = None) -> None:
    """Make the folder or touch the file that a run will write; InputError when it cannot, before anything is asked."""
    try:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.open("a", encoding="utf-8").close()
    except OSError as error:
        raise InputError(f"{error.filename or folder or file} tidak bisa ditulisi ({error.strerror}).") from error


def run_sets(args: argparse.Namespace) -> int:
    """Everything that can be wrong with the input is told before the index or a model is loaded."""
    from evals.gate import judge_gate, read_gate
    from evals.judge import model_judge
    from evals.progress import Progress
    from evals.report import write_report
    from evals.report_models import GateLine
    from evals.workbench import Options, evaluate_sets, run_settings

    types, personas = listed(args.type, TYPES, "--type"), listed(args.persona, PERSONAS, "--persona")
    gate = read_gate(args.gate) if args.gate else None
    paths = [Path(p) for p in args.datasets] or list(gate.datasets if gate else ())
    if not paths:
        raise InputError("Sebutkan kumpulan pertanyaan: `renstra eval DATASET ...`, atau gate yang menyebut “datasets”.")
    if args.workers < 1:
        raise InputError("--workers paling sedikit 1.")
    sets = load_datasets(paths)
    chosen = select(sets, types, personas)
    settings = run_settings(args.index, args.mode)
    may_write(args.report, args.predictions)
    options = Options(
        command=said(args),
        workers=args.workers,
        predictions=args.predictions or (args.report / "predictions.jsonl" if args.report else None),
        own_file=args.predictions is None,
        score_only=args.score,
        fresh=args.fresh,
        baseline=args.baseline,
        mode=args.mode,
    )
    judge = None
    if args.judge:
        from ingest.settings import Settings

        judge = model_judge(Settings())
    assistant, index = opened(settings, args.score is None)
    progress = Progress(args.progress, {item.id: item for _, item in chosen})
    report = evaluate_sets(
        settings, index, assistant, sets, chosen, options, on_done=progress.for_editions, step=progress.step, judge=judge
    )
    verdicts = judge_gate(gate, report.assistant.items) if gate else []
    report = report.model_copy(update={"gate": tuple(GateLine(passed=v.passed, line=v.line()) for v in verdicts)})
    written = write_report(report, args.report) if args.report else []
    passed = all(v.passed for v in verdicts)
    progress.end(correct=report.assistant.summary["correct"].value, passed=passed, report=[str(p) for p in written])
    print_summary(report, verdicts, args.json)
    for path in written:
        print(f"Laporan: {path}", file=sys.stderr)
    return 0 if passed else 1


def opened(settings: Settings, asking: bool) -> tuple[Assistant | None, PlanIndex]:
    """(assistant or None, index)."""
    if not asking:
        from ingest.store.index import open_index

        return None, open_index(settings)
    from assistant.answer import build_assistant

    assistant = build_assistant(settings)
    assistant.warm()
    return assistant, assistant.index


def said(args: argparse.Namespace) -> str:
    """The command as it can be typed again."""
    parts = ["renstra", "eval", *args.datasets]
    for name in ("type", "persona"):
        parts += [f"--{name}={value}" for value in getattr(args, name)]
    for name in ("predictions", "score", "report", "index", "gate"):
        if getattr(args, name):
            parts += [f"--{name}", str(getattr(args, name))]
    parts += [f"--{name}" for name in ("baseline", "judge", "fresh") if getattr(args, name)]
    return " ".join(shlex.quote(part) for part in parts) + (" --mode model" if args.mode == "model" else "")


def print_summary(report: Report, verdicts: Sequence[Verdict], as_json: bool) -> None:
    from evals.report import miss_counts, number_said, summary_table
    from evals.why import LABELS

    if as_json:
        print(
            json.dumps(
                {
                    "questions": len(report.assistant.items),
                    "seconds": report.seconds,
                    "index": report.index,
                    "near_duplicates": report.duplicates,
                    "systems": {s.name: {n: m.model_dump() for n, m in s.summary.items()} for s in report.systems},
                    "misses": dict(miss_counts(report.assistant.items)),
                    "gate": [g.model_dump() for g in report.gate],
                    "notes": report.notes,
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    print(f"{len(report.assistant.items)} pertanyaan, {number_said(report.seconds, 1)} detik.\n")
    print(summary_table(report.systems) + "\n")
    for kind, count in miss_counts(report.assistant.items):
        print(f"{count:5d}  {LABELS[kind]}")
    for note in report.notes:
        print(f"Catatan: {note}")
    for verdict in verdicts:
        print(verdict.line())


def run_compare(args: argparse.Namespace) -> int:
    from evals.compare import compare, comparison_markdown
    from evals.report_models import read_report

    if len(args.datasets) != 3:
        raise InputError("Pakai: `renstra eval compare LAPORAN_A LAPORAN_B`.")
    a, b = (Path(p) for p in args.datasets[1:])
    found = compare(read_report(a), read_report(b))
    may_write(args.report)
    text = found.model_dump_json(indent=1) if args.json else comparison_markdown(found, str(a), str(b))
    print(text, end="" if text.endswith("\n") else "\n")
    if args.report:
        (args.report / "compare.md").write_text(comparison_markdown(found, str(a), str(b)), encoding="utf-8")
        (args.report / "compare.json").write_text(found.model_dump_json(indent=1), encoding="utf-8")
    return 0


def run_import(args: argparse.Namespace) -> int:
    if len(args.datasets) != 3:
        raise InputError("Pakai: `renstra eval import TABEL.csv|xlsx HASIL.jsonl`.")
    source, target = (Path(p) for p in args.datasets[1:])
    if source.suffix.lower() not in {".csv", ".xlsx"}:
        raise DatasetError(f"{source}: yang bisa diimpor adalah .csv dan .xlsx.")
    read = load_dataset(source)
    may_write(file=target)
    write_jsonl(target, read.items)
    print(f"{len(read.items)} pertanyaan ditulis ke {target}.")
    for warning in read.warnings:
        print(f"Catatan: {warning}")
    return 0
