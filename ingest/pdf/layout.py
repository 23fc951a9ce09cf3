"""Pages -> their elements in reading order, with furniture set aside: needs all pages at once, but only their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.columns import Region, find_regions
from ingest.pdf.furniture import find_furniture
from ingest.pdf.lines import find_lines
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.paragraphs import find_paragraphs
from ingest.pdf.parts import PageLayout, Para, RawPage, TablePart, TextLine
from ingest.pdf.typography import Typography, body_size, measure
from ingest.pdf.unruled import by_head, find_runs, unruled_tables

PERCENTILE = 0.98
"""of the line ends: one line that sticks out is not the edge of the text"""


@dataclass(frozen=True)
class Sorted:
    """A page whose words are told apart: furniture, tables, columns of text."""

    page: RawPage
    furniture: tuple[TextLine, ...]
    tables: tuple[TablePart, ...]
    regions: tuple[Region, ...]

    @classmethod
    def of(
        cls, page: RawPage, furniture: tuple[TextLine, ...], found: tuple[list[TablePart], list[TextLine]], options: PdfOptions
    ) -> Sorted:
        """From the page's unruled tables and the lines that stand in none."""
        tables = sorted([*page.tables, *found[0]], key=lambda table: table.box[1])
        return cls(page, furniture, tuple(tables), tuple(find_regions(found[1], options)))


def lay_out(pages: Sequence[RawPage], options: PdfOptions = DEFAULT) -> tuple[list[PageLayout], Typography]:
    furniture = find_furniture(pages, options)
    bodies = [find_lines(page.without([line.box for line in furniture.get(page.number, ())]).words, options) for page in pages]
    size = body_size(bodies)
    runs = [find_runs(body, size, options) for body in bodies]
    known = by_head(run for own in runs for run in own)
    told = [
        Sorted.of(page, furniture.get(page.number, ()), unruled_tables(body, own, page.rules, size, known, options), options)
        for page, body, own in zip(pages, bodies, runs, strict=True)
    ]
    edges = text_edges(told)
    typography = measure(((region.lines, edge_of(region, page, edges)[1]) for page in told for region in page.regions), options)
    return [lay_out_page(page, edges, typography, options) for page in told], typography


Edges = dict[tuple[int, int], tuple[float, float]]


def text_edges(told: Sequence[Sorted]) -> Edges:
    """(page width, turn) -> left and right edge of the text set across the page, from all its pages"""
    spans: dict[tuple[int, int], list[TextLine]] = defaultdict(list)
    for page in told:
        for region in page.regions:
            if region.columns == 1:
                spans[edge_key(page.page)] += region.lines
    out: Edges = {}
    for key, lines in spans.items():
        ends = sorted(line.x1 for line in lines)
        starts = sorted(line.x0 for line in lines)
        out[key] = (starts[int((1 - PERCENTILE) * len(starts))], ends[int(PERCENTILE * (len(ends) - 1))])
    return out


def edge_key(page: RawPage) -> tuple[int, int]:
    return (round(page.width), page.turn.degrees)


def edge_of(region: Region, page: Sorted, edges: Edges) -> tuple[float, float]:
    """Left and right edge of a column of text: its own, or the file's for text set across the page."""
    if region.columns > 1:
        return region.left, region.right
    left, right = edges[edge_key(page.page)]
    return left, max(right, region.right if region.right - right < 5 * page.page.width / 100 else right)


def lay_out_page(page: Sorted, edges: Edges, typography: Typography, options: PdfOptions) -> PageLayout:
    waiting = list(page.tables)
    elements: list[Para | TablePart] = []
    for region in page.regions:
        left, right = edge_of(region, page, edges)
        own = typography.on_page(region.lines, right, options)
        beside = [table for table in waiting if in_column(table, region)]
        elements += weave(page.page.number, region, beside, left, right, own, options)
        waiting = [table for table in waiting if table not in beside]
    return PageLayout(page.page, tuple(place_rest(elements, waiting)), page.furniture)


def in_column(table: TablePart, region: Region) -> bool:
    """A table belongs to a column when it stands in its band and, of two columns, over this one."""
    if region.columns == 1:
        return region.top <= table.box[1] <= region.bottom
    middle = (table.box[0] + table.box[2]) / 2
    return region.top <= table.box[1] <= region.bottom and region.left <= middle <= region.right


def weave(
    page: int, region: Region, tables: Sequence[TablePart], left: float, right: float, typography: Typography, options: PdfOptions
) -> list[Para | TablePart]:
    """The column's text with its tables where they stand."""
    out: list[Para | TablePart] = []
    lines = list(region.lines)
    for table in sorted(tables, key=lambda t: t.box[1]):
        above = [line for line in lines if line.bottom <= table.box[1] + 0.5 * line.size]
        lines = [line for line in lines if line.bottom > table.box[1] + 0.5 * line.size]
        out += find_paragraphs(page, above, left, right, typography, options)
        out.append(table)
    return [*out, *find_paragraphs(page, lines, left, right, typography, options)]


def place_rest(elements: list[Para | TablePart], tables: Sequence[TablePart]) -> list[Para | TablePart]:
    """Tables above or below all text put where their height says."""
    out = list(elements)
    for table in tables:
        at = next((i for i, element in enumerate(out) if element.box[1] > table.box[1]), len(out))
        out.insert(at, table)
    return out
