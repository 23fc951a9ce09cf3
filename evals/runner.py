"""Ask every question, keep every answer: threads, resumable, deterministic; a crash is a failure with its reason."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

import assistant as assistant_package
import ingest as ingest_package
from assistant.models import Answer, Trace, Turn
from evals.datasets import DatasetError, Item
from evals.retrieval import DEPTH
from evals.score import Prediction
from ingest.models import Passage
from ingest.settings import Settings

CODE_SUFFIXES = {".py", ".toml", ".json", ".md", ".txt"}
OnDone = Callable[[Prediction, float], None]


class Answerer(Protocol):
    """What a run needs of an assistant."""

    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]: ...


def code_digest(folders: Iterable[Path] | None = None) -> str:
    """A hash of the code that answers, so that a resumed run never mixes two versions of it."""
    digest = hashlib.sha256()
    for folder in folders or [Path(p) for package in (assistant_package, ingest_package) for p in package.__path__]:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in CODE_SUFFIXES and "__pycache__" not in p.parts):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def run_base(settings: Settings, fingerprint: str, code: str) -> str:
    """What an answer depends on besides the question."""
    model = [settings.llm, settings.llm_base_url, settings.llm_mode, settings.llm_max_tokens] if settings.llm else []
    return json.dumps([code, fingerprint, settings.embedding_model, settings.today or date.today().isoformat(), *model])


def run_key(base: str, item: Item) -> str:
    asked = json.dumps([base, item.question, [turn.model_dump() for turn in item.history]], ensure_ascii=False)
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def ask(assistant: Answerer, item: Item, passages: Mapping[str, Passage], key: str = "") -> dict[str, Any]:
    """One line of predictions: the Answer, `id`, `retrieved`, what the trace says, and `crash` when it failed."""
    began = time.perf_counter()
    try:
        answer, trace = assistant.run(item.question, item.history)
        record: dict[str, Any] = {**answer.model_dump(mode="json"), **_traced(trace, passages)}
    except Exception as error:  # whatever the assistant throws must end in the counts, never out of them
        record = {
            "question": item.question,
            "answer": "",
            "status": "error",
            "abstained": False,
            "mode": "",
            "citations": [],
            "figures": [],
            "latency_ms": None,
            "retrieved": [],
            "crash": crash_reason(error),
            "crash_ms": round((time.perf_counter() - began) * 1000, 1),
        }
    return {**record, "id": item.id, "run_key": key}


def crash_reason(error: Exception) -> str:
    """Type, message and the innermost place of a failure."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _traced(trace: Trace, passages: Mapping[str, Passage]) -> dict[str, Any]:
    hits = trace.hits[:DEPTH]
    docs = [passages[hit.passage_id].doc if hit.passage_id in passages else "" for hit in hits]
    return {
        "retrieved": [list(hit.lines) for hit in hits],
        **({"retrieved_docs": docs} if len({p for p in docs if p}) > 1 else {}),
        "evidence_score": trace.evidence_score,
        "understood": trace.question.summary(),
        "rows": list(trace.rows[:10]),
        "violations": list(trace.violations),
        "crash": "",
        **model_spent(trace),
    }


def model_spent(trace: Trace) -> dict[str, Any]:
    """What a language model cost this answer; nothing when none was asked."""
    if not trace.model_calls and not trace.model_trouble:
        return {}
    fields = ("model_calls", "model_tokens", "model_ms", "model_trouble")
    return {name: getattr(trace, name) for name in fields}


def run(
    assistant: Answerer,
    items: Sequence[Item],
    passages: Mapping[str, Passage],
    *,
    base: str = "",
    workers: int = 2,
    out: Path | None = None,
    fresh: bool = False,
    own_file: bool = False,
    on_done: OnDone | None = None,
) -> dict[str, Prediction]:
    """Answer every item; predictions by id, in the order of the items.

    With `out`, answers are appended as they come and the file is put in order at the end; lines of an earlier run of
    the same code, index and question are reused unless `fresh`. DatasetError when `out` holds another set's answers, unless it is the
    run's `own_file`.
    """
    keys = {item.id: run_key(base, item) for item in items}
    records = {} if fresh or out is None else reusable(out, items, keys, own_file)
    waiting = [item for item in items if item.id not in records]
    for item in items:
        if item.id in records and on_done:
            on_done(Prediction.model_validate(records[item.id]), 0.0)
    if out is not None:
        _write(out, [records[item.id] for item in items if item.id in records])
    with out.open("a", encoding="utf-8") if out else nullcontext() as stream, ThreadPoolExecutor(max(1, workers)) as pool:
        began = time.perf_counter()
        jobs = {pool.submit(ask, assistant, item, passages, keys[item.id]): item for item in waiting}
        try:
            for job in as_completed(jobs):
                record = job.result()
                records[record["id"]] = record
                if stream:
                    stream.write(_line(record))
                    stream.flush()
                if on_done:
                    on_done(Prediction.model_validate(record), time.perf_counter() - began)
        except BaseException:  # an interruption: leave what is done, start nothing more
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    ordered = [records[item.id] for item in items]
    if out is not None:
        _write(out, ordered)
    return {record["id"]: Prediction.model_validate(record) for record in ordered}


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"


def _write(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".tmp")
    beside.write_text("".join(_line(record) for record in records), encoding="utf-8")
    beside.replace(path)


def reusable(path: Path, items: Sequence[Item], keys: Mapping[str, str], own_file: bool = False) -> dict[str, dict[str, Any]]:
    """Finished, uncrashed answers in `path` that this run would give again. A half-written last line is dropped."""
    if not path.exists():
        return {}
    records = read_records(path, torn_end=True)
    if not own_file:
        foreign(path, records, [item.id for item in items])
    return {r["id"]: r for _, r in records if keys.get(r["id"]) == r.get("run_key") and not r.get("crash")}


def foreign(path: Path, records: Sequence[tuple[int, dict[str, Any]]], ids: Sequence[str]) -> None:
    """DatasetError when predictions belong to another set."""
    known = set(ids)
    for number, record in records:
        if record["id"] not in known:
            raise DatasetError(
                f"{path}, baris {number}: id {record['id']!r} tidak ada di kumpulan ini; itu prediksi untuk kumpulan (atau saringan) lain."
            )


def read_records(path: Path, torn_end: bool = False) -> list[tuple[int, dict[str, Any]]]:
    """(line, record) of a predictions file, checked; DatasetError names line and fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} tidak bisa dibaca ({type(error).__name__}).") from error
    lines = text.split("\n")
    if torn_end and lines[-1]:
        lines.pop()  # no line break at the end: the run was killed while writing it
    out: list[tuple[int, dict[str, Any]]] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            Prediction.model_validate(record)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{path}, baris {number}: bukan JSON yang sah ({error.msg}, kolom {error.colno}).") from error
        except ValidationError as error:
            first = error.errors()[0]
            raise DatasetError(
                f"{path}, baris {number}: bukan prediksi (kolom “{'.'.join(map(str, first['loc']))}”: {first['msg']})."
            ) from error
        if record["id"] in seen:
            raise DatasetError(f"{path}, baris {number}: id {record['id']!r} sudah ada di baris {seen[record['id']]}.")
        seen[record["id"]] = number
        out.append((number, record))
    return out


def read_predictions(path: Path, ids: Sequence[str]) -> dict[str, Prediction]:
    """Predictions of any assistant, to be scored as they are; DatasetError when they are of another set."""
    records = read_records(path)
    foreign(path, records, ids)
    if not records:
        raise DatasetError(f"{path}: tidak ada satu prediksi pun.")
    return {record["id"]: Prediction.model_validate(record) for _, record in records}
