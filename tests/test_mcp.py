"""`renstra mcp` driven by the official client: over standard input/output and over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.mcp_server import PlanService, build_server, check_loopback
from assistant.scripted_llm import free_port
from ingest.errors import InputError

anyio = pytest.importorskip("anyio")
mcp = pytest.importorskip("mcp")

COMMAND = (
    "import argparse, sys; from assistant.model_commands import register; p = argparse.ArgumentParser();"
    "register(p.add_subparsers()); a = p.parse_args(); sys.exit(a.func(a))"
)
ROOT = Path(__file__).parent.parent
TOOLS = {"lookup", "search", "read_section", "discrepancies"}


@pytest.fixture(scope="module")
def plan(assistant: Assistant) -> Assistant:
    return assistant


@pytest.fixture(scope="module")
def known(plan: Assistant) -> tuple[str, int, str]:
    """(indicator, year, printed value) of a row whose label is its own."""
    labels = [r.row.label for r in plan.book.rows.values()]
    for entry in plan.book.rows.values():
        series = [f for f in entry.series("target") if f.value is not None and f.year]
        if len(series) >= 4 and labels.count(entry.row.label) == 1 and len(entry.shown.split()) in range(3, 8):
            result = plan.run_offline(f"target {entry.shown} tahun {series[1].year}")[0]
            if result.status == "answered" and [f.figure_id for f in result.figures][:1] == [series[1].id]:
                return entry.shown, series[1].year or 0, series[1].raw
    raise AssertionError("no such row")


def talk(server: Any, session: Callable[[Any], Awaitable[None]]) -> None:
    async def run() -> None:
        async with mcp.Client(server, read_timeout_seconds=120) as client:
            await session(client)

    anyio.run(run)


def body(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content or json.loads(result.content[0].text)
    return found


def verbatim(plan: Assistant, citation: dict[str, Any]) -> bool:
    return citation["quote"] in "\n".join(plan.index.lines(citation["doc"], *citation["lines"]))


def everything(plan: Assistant, known: tuple[str, int, str]) -> Callable[[Any], Awaitable[None]]:
    """One session that uses all tools and checks their citations."""

    async def session(client: Any) -> None:
        listed = (await client.list_tools()).tools
        assert {t.name for t in listed} == TOOLS
        assert all(t.annotations.read_only_hint for t in listed)
        found_whole = await client.call_tool("lookup", {"indicator": known[0], "measure": "target", "years": [known[1]]})
        found = body(found_whole)
        assert found["status"] == "found"
        assert [f["raw"] for f in found["figures"]] == [known[2]]
        assert found["citations"][found["figures"][0]["citation"] - 1]["row"]
        (text,) = [c.text for c in found_whole.content]
        assert f"**{found['figures'][0]['shown']}** [1]" in text
        assert f"[1] {found['citations'][0]['section']}" in text
        searched = body(await client.call_tool("search", {"query": "visi kementerian", "k": 3}))
        assert 0 < len(searched["citations"]) <= 3
        read = body(await client.call_tool("read_section", {"part": "BAB II"}))
        assert read["citations"]
        assert read["section"].startswith("BAB II ")
        assert read["next"] > len(read["citations"]) / 2
        assert all(verbatim(plan, c) for c in [*found["citations"], *searched["citations"], *read["citations"]])
        wrong = body(await client.call_tool("discrepancies", {"limit": 5}))
        assert len(wrong["discrepancies"]) == min(5, wrong["count"])
        missing = await client.call_tool("read_section", {"part": "Lampiran 999 tentang hal yang tidak ada"})
        assert missing.is_error
        assert "Bagian utamanya: " in missing.content[0].text
        assert "BAB II" in missing.content[0].text
        refused = await client.call_tool("search", {"query": "", "k": 500})
        assert refused.is_error

    return session


def test_all_tools_inside_one_process(plan: Assistant, known: tuple[str, int, str]) -> None:
    talk(build_server(PlanService(plan.index, plan.lookup, plan.retriever)), everything(plan, known))


def environment(plan: Assistant) -> dict[str, str]:
    return {**os.environ, "RENSTRA_INDEX": str(plan.settings.index), "RENSTRA_CORPUS": str(plan.settings.corpus), "HF_HUB_OFFLINE": "1"}


def test_over_standard_input_and_output(plan: Assistant, known: tuple[str, int, str]) -> None:
    server = mcp.StdioServerParameters(command=sys.executable, args=["-c", COMMAND, "mcp"], env=environment(plan), cwd=str(ROOT))
    talk(server, everything(plan, known))


@pytest.fixture
def address(plan: Assistant) -> Iterator[str]:
    port = free_port()
    arguments = [sys.executable, "-c", COMMAND, "mcp", "--transport", "http", "--port", str(port)]
    process = subprocess.Popen(arguments, env=environment(plan), cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/mcp", process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=2)
        except urllib.error.HTTPError:
            return  # it answers: not to a bare GET, but it is there
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not start")


def test_over_http(plan: Assistant, known: tuple[str, int, str], address: str) -> None:
    talk(address, everything(plan, known))


def test_other_machines_are_served_only_when_asked_for() -> None:
    check_loopback("127.0.0.1", False)
    check_loopback("0.0.0.0", True)
    with pytest.raises(InputError, match="--terbuka"):
        check_loopback("0.0.0.0", False)
