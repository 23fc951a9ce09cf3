"""Ten people at once against the running app, over Streamlit's own websocket: how long until an answer is visible.

    python tests/load_test.py [--url http://localhost:8501] [--users 10] [--questions 5] [--json]

Without --url an app is started on the default index. Printed: p50 and p95 of the time from Enter to the answer's text
and to the end of the script run, of a page's first load, the server's processor time a question (page load included) and memory a session.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from assistant.views.markup import plain

ROOT = Path(__file__).parents[1]
TIMEOUT = 120.0
THINKING = (0.2, 1.5)
"""Seconds between a person's questions."""


@dataclass
class Measured:
    """Seconds."""

    visible: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)


class Visitor:
    """One session: opens the chat, then asks."""

    def __init__(self, socket_: ClientConnection, measured: Measured) -> None:
        self.socket = socket_
        self.measured = measured
        self.input_id = ""
        self.page_hash = ""

    async def run(self, question: str = "") -> tuple[float | None, float]:
        """Send a script run (with a question); seconds until its answer's text and until its end."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_script_hash = self.page_hash
        if question:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.input_id
            state.chat_input_value.data = question
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        visible: float | None = None
        asked = False
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), TIMEOUT)
            forward = ForwardMsg()
            forward.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = forward.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = forward.new_session.page_script_hash
            elif kind == "delta":
                element = forward.delta.new_element
                if element.WhichOneof("type") == "chat_input":
                    self.input_id = element.chat_input.id
                elif question and not asked:
                    asked = element.WhichOneof("type") == "markdown" and element.markdown.body == plain(question)
                elif visible is None and question and is_answer(element):
                    visible = time.perf_counter() - began
            elif kind == "script_finished":
                return visible, time.perf_counter() - began


def is_answer(element: Any) -> bool:
    return element.WhichOneof("type") == "markdown" and ("#sumber-" in element.markdown.body or "Tidak ditemukan" in element.markdown.body)


async def visit(url: str, questions: list[str], measured: Measured, gate: asyncio.Barrier) -> None:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, origin=url) as socket_:  # type: ignore[arg-type]
        visitor = Visitor(socket_, measured)
        _, loaded = await visitor.run()
        measured.loaded.append(loaded)
        await gate.wait()
        for question in questions:
            visible, finished = await visitor.run(question)
            measured.visible.append(finished if visible is None else visible)
            measured.finished.append(finished)
            await asyncio.sleep(random.uniform(*THINKING))
        await gate.wait()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def questions_of_the_plan(index: Path) -> list[str]:
    from ingest.models import AskedQuestion
    from ingest.store.index import current_build
    from ingest.store.plan import read_plan

    return [q.text for q in read_plan(current_build(index) / "plan.sqlite", "question", AskedQuestion)]


async def load(url: str, users: int, each: int, questions: list[str], server: psutil.Process | None) -> dict[str, Any]:
    """The whole measurement; the first visitor warms the app up before the clock counts."""
    warm = Measured()
    await visit(url, questions[:2], warm, asyncio.Barrier(1))
    before = server.memory_info().rss if server else 0
    busy = busy_seconds(server)
    measured = Measured()
    gate = asyncio.Barrier(users)
    peak = 0
    tasks = [asyncio.create_task(visit(url, random.sample(questions, each), measured, gate)) for _ in range(users)]
    while not all(task.done() for task in tasks):
        peak = max(peak, server.memory_info().rss if server else 0)
        await asyncio.sleep(0.2)
    for task in tasks:
        task.result()
    return {
        "users": users,
        "questions": len(measured.visible),
        "visible_p50_ms": round(1000 * statistics.median(measured.visible)),
        "visible_p95_ms": round(1000 * percentile(measured.visible, 0.95)),
        "finished_p50_ms": round(1000 * statistics.median(measured.finished)),
        "finished_p95_ms": round(1000 * percentile(measured.finished, 0.95)),
        "load_p50_ms": round(1000 * statistics.median(measured.loaded)),
        "load_p95_ms": round(1000 * percentile(measured.loaded, 0.95)),
        "cpu_ms_per_question": round(1000 * (busy_seconds(server) - busy) / max(1, len(measured.visible))),
        "machine_load": round(os.getloadavg()[0], 1),
        "memory_mb": round(peak / 2**20),
        "memory_per_session_mb": round(max(0, peak - before) / users / 2**20, 1),
    }


def busy_seconds(server: psutil.Process | None) -> float:
    """Processor time of the server so far: unlike waiting times it does not depend on what else the machine does."""
    return sum(server.cpu_times()[:2]) if server else 0.0


def start_app(index: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    feedback = f"sqlite:///{tempfile.mkdtemp()}/feedback.sqlite"
    environment = os.environ | {"RENSTRA_INDEX": str(index.absolute()), "RENSTRA_FEEDBACK_URL": feedback, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return process, url
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise SystemExit("the app did not start")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--url", default="")
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--questions", type=int, default=5)
    parser.add_argument("--index", type=Path, default=Path(os.environ.get("RENSTRA_INDEX", ".renstra")))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    random.seed(7)
    process, url = (None, args.url) if args.url else start_app(args.index)
    try:
        server = psutil.Process(process.pid) if process else None
        found = asyncio.run(load(url, args.users, args.questions, questions_of_the_plan(args.index), server))
    finally:
        if process:
            process.terminate()
            process.wait(20)
    print(json.dumps(found, indent=1) if args.json else "\n".join(f"{name:24} {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
