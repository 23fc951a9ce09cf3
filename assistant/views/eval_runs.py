"""Evaluation runs as processes of `renstra eval`, and the reports that they leave. Nothing here imports `evals`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.views.texts import t
from ingest.errors import InputError
from ingest.settings import Settings

REPORT = "report.json"
MAX_UPLOAD_MB = 2
MAX_QUESTIONS = 2000
KEPT_LINES = 12
COMPARE_SECONDS = 120


def shipped_sets() -> list[Path]:
    """The question sets that come with the project."""
    spec = importlib.util.find_spec("evals")
    folders = [Path(p) / "datasets" for p in (spec.submodule_search_locations or [])] if spec else []
    return sorted(path for folder in folders for path in folder.glob("*.jsonl"))


def report_folders(settings: Settings, private: Path | None = None) -> list[Path]:
    """Folders with a finished report, newest first: runs of this index, those of `make eval`, and the session's own."""
    roots = [settings.index / "laporan", Path("out"), *([private] if private else [])]
    found = [file.parent for root in roots if root.is_dir() for file in [*root.glob(REPORT), *root.glob(f"*/{REPORT}")]]
    return sorted(found, key=lambda f: (f / REPORT).stat().st_mtime, reverse=True)


def read_report(folder: Path) -> dict[str, Any]:
    """The report as data; InputError where it cannot be read."""
    try:
        data = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        items = data["systems"][0]["items"]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(t("eval.bad_report", name=folder.name, error=type(error).__name__)) from error
    if not isinstance(items, list) or not items:
        raise InputError(t("eval.empty_report", name=folder.name))
    return dict(data)


def check_upload(data: bytes) -> str:
    """The uploaded set as text; InputError with the first fault. `renstra eval` checks it in depth when it runs."""
    if not data.strip():
        raise InputError(t("eval.up_empty"))
    if len(data) > MAX_UPLOAD_MB * 1024 * 1024:
        raise InputError(t("eval.up_large", mb=MAX_UPLOAD_MB))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(t("eval.up_text")) from None
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MAX_QUESTIONS:
        raise InputError(t("eval.up_many", n=MAX_QUESTIONS))
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("question"), str):
            raise InputError(t("eval.up_line", n=number))
    return text


@dataclass
class Run:
    """One run: its process, how far it is, and how it ended."""

    name: str
    folder: Path
    process: subprocess.Popen[str]
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    right: int = 0
    ended: float | None = None
    said: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))

    @property
    def running(self) -> bool:
        return self.ended is None

    @property
    def failure(self) -> str:
        """What went wrong, as `renstra` said it; empty when the report is there."""
        if self.running or (self.folder / REPORT).exists():
            return ""
        return " ".join(self.said) or t("exit_code", n=self.process.returncode)

    def follow(self) -> None:
        """Read the process's progress until it ends. Runs in a thread of its own."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.hear(line.strip())
        self.process.wait()
        self.ended = time.monotonic()

    def hear(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            if line:
                self.said.append(line.removeprefix("renstra: "))
            return
        if isinstance(event, dict) and event.get("event") == "question":
            self.done, self.total = int(event.get("done", 0)), int(event.get("total", 0))
            self.right += bool(event.get("correct"))

    def stop(self) -> None:
        self.process.terminate()


def start(settings: Settings, dataset: Path, folder: Path) -> Run:
    """Begin `renstra eval` on a set; the report goes to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "assistant.cli",
        "eval",
        str(dataset),
        "--progress",
        "jsonl",
        "--report",
        str(folder),
        "--index",
        str(settings.index),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
    run = Run(dataset.stem, folder, process)
    threading.Thread(target=run.follow, daemon=True, name="evaluation").start()
    return run


def compare(a: Path, b: Path) -> dict[str, Any]:
    """`renstra eval compare` of two report folders as data; InputError with what it said."""
    command = [sys.executable, "-m", "assistant.cli", "eval", "compare", str(a), str(b), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=COMPARE_SECONDS, check=False)
        if done.returncode:
            raise InputError(done.stderr.strip().removeprefix("renstra: ") or t("exit_code", n=done.returncode))
        return dict(json.loads(done.stdout))
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise InputError(t("eval.compare_failed", error=type(error).__name__)) from error
