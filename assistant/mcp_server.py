"""`renstra mcp`: the plan for any MCP client. Read-only; the same lookup, the same search, the same citations as the app."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field, ValidationError

from assistant.casefile import CaseFile
from assistant.figure_text import shown
from assistant.lookup import Lookup
from assistant.lookup_models import LookupRequest
from assistant.mcp_text import readable
from assistant.models import Operation
from assistant.render import citation
from assistant.retrieve import Retriever
from assistant.tools import PlanTools
from ingest.errors import InputError, PlanError
from ingest.models import Figure
from ingest.store.index import PlanIndex

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

ABOUT = (
    "Rencana strategis (Renstra) sebuah kementerian: angka persis dari tabelnya, kutipan teksnya, dan ketidakcocokan di dalamnya. "
    "Kutip selalu baris (lines) dan bagian (section) yang diberikan; jangan menyebut angka yang tidak dikembalikan alat ini."
)
MAX_LISTED = 200
PAGE = {"bagian": "section", "tabel": "table", "anak": "children", "catatan": "notes", "lanjut": "next"}
"""What a page of a part says, in the words of a tool's result."""


class PlanService:
    """The four tools as plain functions of plain data. Thread-safe: nothing is kept between calls."""

    def __init__(self, index: PlanIndex, lookup: Lookup, retriever: Retriever) -> None:
        self.index = index
        self.lookup_ = lookup
        self.retriever = retriever
        self._lock = threading.Lock()

    def tools(self) -> PlanTools:
        return PlanTools(self.index, self.lookup_, self.retriever, CaseFile(self.index, self.lookup_.book))

    def lookup(self, request: LookupRequest) -> dict[str, Any]:
        result = self.lookup_.find(request)
        tools = self.tools()
        rows = list(dict.fromkeys([f.row_id for f in result.figures] or result.rows[:1]))
        for row in rows:
            tools.case.take_row(row)
        numbers = {row: n for n, row in enumerate(rows, 1)}
        return {
            "status": result.status, "message": result.message, "options": list(result.options),
            "figures": [figure_fields(f, numbers.get(f.row_id, 0)) for f in result.figures],
            "derived": [d.model_dump(mode="json") for d in result.derived],
            "discrepancies": [d.message for d in result.discrepancies],
            **self.cited(tools),
        }  # fmt: skip

    def search(self, query: str, k: int) -> dict[str, Any]:
        tools = self.tools()
        tools.search(query, k)
        return self.cited(tools)

    def read_section(self, part: str, start: int) -> dict[str, Any]:
        tools = self.tools()
        page = tools.read(part, start)
        head: dict[str, Any] = {name: page[key] for key, name in PAGE.items() if key in page}
        given = {item["id"] for item in page["bukti"]}
        return {**head, **self.cited(tools, given)}

    def discrepancies(self, contains: str, limit: int) -> dict[str, Any]:
        found = self.tools().discrepancies(contains, limit)
        return {"count": found["jumlah"], "discrepancies": found["ketidakcocokan"], "index": self.index.fingerprint}

    def cited(self, tools: PlanTools, only: set[str] | None = None) -> dict[str, Any]:
        shorts = [short for short in tools.case.ids if only is None or short in only]
        citations = [citation(n, tools.case.items[tools.case.ids[short]]).model_dump(mode="json") for n, short in enumerate(shorts, 1)]
        return {"citations": citations, "index": self.index.fingerprint}


def figure_fields(figure: Figure, n: int) -> dict[str, Any]:
    fields = {"id", "indicator", "measure", "year", "raw", "value", "scale", "unit", "table", "activity_code", "org_unit", "flags"}
    return {**figure.model_dump(mode="json", include=fields), "shown": shown(figure), "citation": n}


def build_server(service: PlanService) -> MCPServer[Any]:
    """The server; run it with `run("stdio")` or `run("streamable-http", host=..., port=...)`."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import CallToolResult, TextContent, ToolAnnotations

    server: MCPServer[Any] = MCPServer("tanya-renstra", title="Tanya Renstra", instructions=ABOUT, log_level="WARNING")
    reading = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

    def guarded(call: Any, *arguments: Any) -> dict[str, Any]:
        """The result twice: as text for people and models, and structured (the declared type) for programs."""
        try:
            result: dict[str, Any] = call(*arguments)
        except PlanError as error:
            raise ToolError(error.message) from error
        return cast("dict[str, Any]", CallToolResult(content=[TextContent(text=readable(result))], structured_content=result))

    @server.tool(description="Angka persis (target, alokasi, realisasi, baseline ...) beserta baris tabelnya.", annotations=reading)
    def lookup(
        indicator: Annotated[str, Field(min_length=1, max_length=400, description="kata untuk indikator, output, kegiatan, atau kodenya")],
        measure: str | None = None,
        years: list[int] | None = None,
        unit: str | None = None,
        org_unit: str | None = None,
        activity_code: str | None = None,
        table: str | None = None,
        level: str | None = None,
        operation: Operation | None = None,
    ) -> dict[str, Any]:
        try:
            request = LookupRequest(
                indicator=indicator, measure=measure, years=tuple(years or ()), unit=unit, org_unit=org_unit, activity_code=activity_code,
                table=table, level=level, operation=operation,
            )  # fmt: skip
        except ValidationError as error:
            raise ToolError(str(error)) from error
        return guarded(service.lookup, request)

    @server.tool(description="Kutipan dokumen yang paling cocok dengan pertanyaan.", annotations=reading)
    def search(
        query: Annotated[str, Field(min_length=1, max_length=400)], k: Annotated[int, Field(ge=1, le=12)] = 6
    ) -> dict[str, Any]:  # fmt: skip
        return guarded(service.search, query, k)

    @server.tool(description="Isi satu bagian atau tabel dokumen; `next` menunjuk kutipan berikutnya.", annotations=reading)
    def read_section(
        part: Annotated[str, Field(min_length=1, max_length=200, description="mis. “BAB II”, “Tabel 4”, “Lampiran 1”")],
        start: Annotated[int, Field(ge=1)] = 1,
    ) -> dict[str, Any]:
        return guarded(service.read_section, part, start)

    @server.tool(description="Ketidakcocokan di dalam dokumen: angka yang bertentangan, jumlah yang tidak cocok.", annotations=reading)
    def discrepancies(contains: str = "", limit: Annotated[int, Field(ge=1, le=MAX_LISTED)] = 30) -> dict[str, Any]:
        return guarded(service.discrepancies, contains, limit)

    return server


def check_loopback(host: str, admit: bool) -> None:
    """Serving other machines has to be asked for: there is no login."""
    if host not in {"127.0.0.1", "localhost", "::1"} and not admit:
        raise InputError(f"Alamat {host} dapat dijangkau mesin lain. Tambahkan --terbuka bila memang dimaksud.")
