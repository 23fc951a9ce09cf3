"""`renstra ingest`, `check`, `questions`: the command line of the stages. Thin."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.pipeline import Progress
    from ingest.questions_draft import Writer


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    make = commands.add_parser("ingest", help="membaca dokumen dan membuat indeks")
    make.add_argument("paths", nargs="*", metavar="PATH", help="berkas atau folder (bawaan: corpus/); `add FILE` menambah satu dokumen")
    make.add_argument("--index", type=Path, help="folder indeks (bawaan: RENSTRA_INDEX atau .renstra)")
    make.add_argument("--force", action="store_true", help="buat ulang walaupun tidak ada yang berubah")
    make.add_argument(
        "--questions", action="store_true", help="rancang pertanyaan sehari-hari dengan model bahasa (RENSTRA_LLM), untuk diperiksa"
    )
    make.add_argument("--ocr", action="store_true", help="baca halaman pindaian dengan Tesseract")
    make.add_argument("--page", type=int, help="untuk `ingest show FILE.pdf`: halaman yang diperlihatkan")
    make.add_argument("--out", type=Path, help="untuk `ingest show`: gambar hasil")
    make.set_defaults(func=run_ingest)

    check = commands.add_parser("check", help="menampilkan ketidakcocokan di dalam dokumen")
    check.add_argument("--format", choices=["text", "jsonl"], default="text")
    check.add_argument("--index", type=Path)
    check.set_defaults(func=run_check)

    asked = commands.add_parser("questions", help="memeriksa berkas pertanyaan sehari-hari")
    asked.add_argument("action", choices=["lint", "review", "bind"], help="memeriksa; meninjau rancangan; mengikat ke teksnya")
    asked.add_argument("source", type=Path, nargs="?", help="dokumen (bawaan: semua di corpus/)")
    asked.set_defaults(func=run_questions)

    vectors = commands.add_parser("vectors", help="memperbarui cache vektor yang disertakan di corpus/")
    vectors.add_argument("--index", type=Path)
    vectors.add_argument("--fresh", action="store_true", help="hitung ulang semuanya")
    vectors.set_defaults(func=run_vectors)


def settings_of(args: argparse.Namespace) -> Settings:
    changed: dict[str, Any] = {"index": args.index} if getattr(args, "index", None) else {}
    if getattr(args, "ocr", False):
        changed["ocr"] = True
    return Settings(**changed)


class Bar:
    """Progress on standard error: one bar a stage."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=False, disable=not sys.stderr.isatty())
        self.bar.total = total
        self.bar.n = done
        self.bar.refresh()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def run_ingest(args: argparse.Namespace) -> int:
    from ingest.turns import alone

    action = args.paths[0] if args.paths and args.paths[0] in ("add", "show") else ""
    paths = [Path(p) for p in args.paths[1 if action else 0 :]]
    if action == "show":
        return show(paths, args)
    settings = settings_of(args)
    with alone(settings.index, lambda: print("Menunggu pengindeksan lain selesai ...", file=sys.stderr)):
        return make_index(action == "add", paths, settings, args)


def make_index(adding: bool, paths: list[Path], settings: Settings, args: argparse.Namespace) -> int:
    from ingest.adding import by_default, named, remember, with_new
    from ingest.pipeline import ingest

    choice = with_new(paths, settings) if adding else named(paths, settings) if paths else by_default(settings)
    if choice.ocr:
        settings = settings.model_copy(update={"ocr": True})
    bar, began = Bar(), time.perf_counter()
    trouble = ""
    try:
        if args.questions:
            trouble = draft(paths or [settings.corpus], settings, args.question_writer(settings), bar)
        report = ingest(list(choice.paths), settings, bar, force=args.force, describe_new=adding)
        remember(choice, settings)
    finally:
        bar.close()
    print(
        f"Indeks {report.fingerprint} {'sudah mutakhir' if report.unchanged else 'selesai dibuat'} ({time.perf_counter() - began:.1f} detik)."
    )
    print(", ".join(f"{count} {name}" for name, count in report.counts.items()))
    if not report.unchanged:
        print(f"Vektor: {report.reused} dipakai lagi, {report.embedded} dihitung.")
    for note in (*report.notes, *choice.notes):
        print(f"Catatan: {note}")
    if trouble:
        print(f"renstra: {trouble}", file=sys.stderr)
    return 1 if trouble else 0


def draft(paths: list[Path], settings: Settings, write: Writer, progress: Progress) -> str:
    """Draft questions for each source; what stopped the writer, if anything did."""
    from ingest.corpus import find_sources
    from ingest.pipeline import read_plan_file
    from ingest.questions_draft import draft_questions

    for path in find_sources(paths):
        drafted = draft_questions(path, read_plan_file(path, settings, progress), write, progress)
        print(f"{path.name}: {drafted.text()}")
        if drafted.trouble:
            return f"{drafted.trouble} {drafted.waiting} kutipan belum dirancang; jalankan lagi untuk melanjutkan."
    return ""


def show(paths: list[Path], args: argparse.Namespace) -> int:
    from ingest.read_pdf import draw_findings, read_page

    if len(paths) != 1 or not args.page:
        raise InputError("Pakai: `renstra ingest show BERKAS.pdf --page N [--out GAMBAR.png]`.")
    print(read_page(paths[0], args.page).model_dump_json(indent=1))
    if args.out:
        draw_findings(paths[0], args.page, args.out)
        print(f"Gambar: {args.out}", file=sys.stderr)
    return 0


def run_check(args: argparse.Namespace) -> int:
    from ingest.store.figures import FigureStore
    from ingest.store.index import current_build

    store = FigureStore.open(current_build(settings_of(args).index) / "figures.sqlite")
    found = sorted(store.discrepancies, key=lambda d: (d.severity, d.places[0].line if d.places else 0))
    for item in found:
        if args.format == "jsonl":
            print(json.dumps(item.model_dump(mode="json"), ensure_ascii=False))
            continue
        print(f"[{item.severity}] {item.message}")
        for place in item.places:
            print(f"      baris {place.line}: {place.label} = {place.raw}" + (f" ({place.table})" if place.table else ""))
    if args.format == "text":
        print(f"{len(found)} ketidakcocokan.")
    return 0


def run_questions(args: argparse.Namespace) -> int:
    from ingest.corpus import find_sources
    from ingest.pipeline import read_plan_file
    from ingest.questions import bind_file, questions_file, read_records
    from ingest.questions_coverage import coverage
    from ingest.questions_lint import lint
    from ingest.questions_review import review

    settings = Settings()
    faults = 0
    for path in find_sources([args.source or settings.corpus]):
        beside = questions_file(path)
        if not beside.exists():
            print(f"{path.name}: tidak ada {beside.name} (boleh; indeks jalan tanpanya).")
            continue
        plan = read_plan_file(path, settings)
        source = plan.document.source
        if args.action == "bind":
            print(f"{beside.name}: {bind_file(beside, source)} catatan diikat ke teksnya.")
        elif args.action == "review":
            print(f"{beside.name}: {review(path, source, input, print).text()}")
        else:
            report = lint(read_records(beside), source, plan.passages)
            print(f"{beside.name}:\n{report.text()}\n{coverage(plan.passages, plan.tables, plan.figures, plan.bound).text()}")
            faults += report.faults
    return 1 if faults else 0


def run_diff(args: argparse.Namespace) -> int:
    from ingest.figures_diff import diff_figures
    from ingest.pipeline import read_plan_file

    settings = Settings()
    first, second = (read_plan_file(path, settings) for path in (args.a, args.b))
    diff = diff_figures(first.figures, second.figures)
    print(diff.text())
    return 0 if not diff.differences else 1


def run_vectors(args: argparse.Namespace) -> int:
    from ingest.shipping import ship_vectors

    for line in ship_vectors(settings_of(args), args.fresh):
        print(line)
    return 0
