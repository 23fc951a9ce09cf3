"""A real HTTP server on loopback that speaks the OpenAI chat API (streaming, tool calls), playing a script.

Each request takes the next `Reply` of the script (the last one repeats). Faults are played on the wire: refused
connections, silence, 429, 5xx, broken JSON, a stream cut in the middle, a process that dies.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class Reply:
    """One completion. `calls`: (tool, arguments as object or raw text). `cut`: break the connection after so many chunks."""

    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    status: int = 200
    error: str = ""
    delay: float = 0.0
    chunk_delay: float = 0.0
    chunk: int = 24
    cut: int | None = None
    finish: str = ""
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def claims(*items: tuple[str, Sequence[str]], **more: Any) -> Reply:
    """The agent's final answer: statements with evidence ids."""
    return Reply(calls=[("Jawaban", {"claims": [{"text": text, "evidence": list(ids)} for text, ids in items]})], **more)


Script = Sequence[Reply] | Callable[[Json, int], Reply]


class ScriptedLLM:
    """The server; `requests` holds what it was sent."""

    def __init__(self, script: Script, port: int = 0) -> None:
        self.script = script
        self.requests: list[Json] = []
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self.handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def next(self, request: Json) -> Reply:
        with self.lock:
            self.requests.append(request)
            turn = len(self.requests) - 1
        if callable(self.script):
            return self.script(request, turn)
        return self.script[min(turn, len(self.script) - 1)]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                reply = script.next(body)
                if reply.delay:
                    time.sleep(reply.delay)
                try:
                    self.play(reply, body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def play(self, reply: Reply, body: Json) -> None:
                if reply.raw is not None:
                    return self.send(reply.status, reply.raw, "application/json", reply.headers)
                if reply.status != 200:
                    error = {"error": {"message": reply.error or "scripted", "type": "scripted", "code": reply.status}}
                    return self.send(reply.status, json.dumps(error).encode(), "application/json", reply.headers)
                if body.get("stream"):
                    return self.stream(reply, body)
                return self.send(200, json.dumps(whole(reply, body)).encode(), "application/json", {})

            def send(self, status: int, data: bytes, kind: str, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def stream(self, reply: Reply, body: Json) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                for position, event in enumerate(events(reply, body)):
                    if reply.cut is not None and position >= reply.cut:
                        return self.abort()
                    self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                    self.wfile.flush()
                    time.sleep(reply.chunk_delay)
                self.wfile.write(b"data: [DONE]\n\n")
                return None

            def abort(self) -> None:
                # a reset, as when the process is killed: no orderly end of the stream
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

        return Handler


def tool_calls(reply: Reply) -> list[Json]:
    found = []
    for i, (name, given) in enumerate(reply.calls):
        arguments = given if isinstance(given, str) else json.dumps(given)
        found.append({"id": f"call_{i}_{time.monotonic_ns()}", "type": "function", "function": {"name": name, "arguments": arguments}})
    return found


def whole(reply: Reply, body: Json) -> Json:
    message: Json = {"role": "assistant", "content": reply.text or None}
    if reply.calls:
        message["tool_calls"] = tool_calls(reply)
    finish = reply.finish or ("tool_calls" if reply.calls else "stop")
    return {
        "id": "c", "object": "chat.completion", "created": 0, "model": body.get("model", "scripted"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
    }  # fmt: skip


def events(reply: Reply, body: Json) -> Iterator[Json]:
    base = {"id": f"c{time.monotonic_ns()}", "object": "chat.completion.chunk", "created": 0, "model": body.get("model", "scripted")}

    def event(delta: Json, finish: str | None = None) -> Json:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield event({"role": "assistant", "content": ""})
    for at in range(0, len(reply.text), reply.chunk):
        yield event({"content": reply.text[at : at + reply.chunk]})
    for index, call in enumerate(tool_calls(reply)):
        function = call["function"]
        opening = {"index": index, "id": call["id"], "type": "function", "function": {"name": function["name"], "arguments": ""}}
        yield event({"tool_calls": [opening]})
        for at in range(0, len(function["arguments"]), reply.chunk):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": function["arguments"][at : at + reply.chunk]}}]})
    yield event({}, reply.finish or ("tool_calls" if reply.calls else "stop"))
    yield {**base, "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}}


@contextmanager
def scripted(script: Script) -> Iterator[ScriptedLLM]:
    server = ScriptedLLM(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
