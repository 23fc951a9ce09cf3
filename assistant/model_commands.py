"""`renstra mcp`. Thin."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ingest.errors import InputError
from ingest.settings import Settings


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("mcp", help="melayani klien MCP: mencari angka dan teks, membaca bagian, ketidakcocokan")
    serve.add_argument("--transport", choices=["stdio", "http"], default="stdio", help="stdio (bawaan) atau HTTP (streamable)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8765)
    serve.add_argument("--terbuka", action="store_true", help="izinkan alamat yang dapat dijangkau mesin lain")
    serve.add_argument("--index", type=Path, help="folder indeks (bawaan: RENSTRA_INDEX atau .renstra)")
    serve.set_defaults(func=run_mcp)


def run_mcp(args: argparse.Namespace) -> int:
    from assistant.answer import build_assistant
    from assistant.mcp_server import PlanService, build_server, check_loopback

    changed: dict[str, Any] = {"index": args.index} if args.index else {}
    # the server looks up and quotes; it never asks a language model
    assistant = build_assistant(Settings(**changed).model_copy(update={"llm": ""}))
    check_loopback(args.host, args.terbuka)
    try:
        server = build_server(PlanService(assistant.index, assistant.lookup, assistant.retriever))
    except ImportError as error:
        raise InputError("Paket MCP belum terpasang. Pasang dengan: pip install 'tanya-renstra[mcp]'.") from error
    assistant.warm()
    if args.transport == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", host=args.host, port=args.port)
    return 0
