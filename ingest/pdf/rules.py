"""Lines, thin rectangles and box borders of a page -> ruling lines, snapped and joined."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import merge_edges

from ingest.models import Box
from ingest.pdf.options import PdfOptions
from ingest.pdf.parts import Rule, Turn

STRAIGHT = 1.0
"""A stroke that drifts sideways by no more than this many points is straight."""


def read_rules(page: Page, turn: Turn, options: PdfOptions) -> tuple[list[Rule], bool]:
    """The page's ruling lines in reading coordinates; True in second place when there are too many to be a table's."""
    left, top = page.bbox[:2]
    strokes: list[Box] = []
    for line in page.lines:
        strokes.append((line["x0"], line["top"], line["x1"], line["bottom"]))
    for rect in page.rects:
        strokes += rect_strokes(rect, options)
    for curve in page.curves:
        points = curve.get("pts") or []
        strokes += [(*a, *b) for a, b in pairwise(points)]
    if len(strokes) > options.max_rules_per_page:
        return [], True
    rules = [rule for x0, y0, x1, y1 in strokes if (rule := to_rule(turn.box((x0 - left, y0 - top, x1 - left, y1 - top))))]
    return join_rules(rules, options), False


def rect_strokes(rect: dict[str, Any], options: PdfOptions) -> list[Box]:
    """A thin filled rectangle is a line, a stroked one is four; shading parts rows (the header from the body) but no columns."""
    x0, top, x1, bottom = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
    if bottom - top <= options.thin_rule:
        middle = (top + bottom) / 2
        return [(x0, middle, x1, middle)]
    if x1 - x0 <= options.thin_rule:
        middle = (x0 + x1) / 2
        return [(middle, top, middle, bottom)]
    flat = [(x0, top, x1, top), (x0, bottom, x1, bottom)]
    if rect.get("stroke") and (rect.get("linewidth") or 0) > 0:
        return [*flat, (x0, top, x0, bottom), (x1, top, x1, bottom)]
    return flat if rect.get("fill") and not is_white(rect.get("non_stroking_color")) else []


def is_white(color: object) -> bool:
    """Of grey, RGB and CMYK fills; what is no such colour (a pattern) is shading."""
    values = color if isinstance(color, tuple | list) else (color,)
    if not all(isinstance(value, int | float) for value in values):
        return color is None
    return not any(values) if len(values) == 4 else all(value >= 1 for value in values)


def to_rule(stroke: Box) -> Rule | None:
    x0, y0, x1, y1 = stroke
    if abs(y1 - y0) <= STRAIGHT < abs(x1 - x0):
        return Rule("h", (y0 + y1) / 2, min(x0, x1), max(x0, x1))
    if abs(x1 - x0) <= STRAIGHT < abs(y1 - y0):
        return Rule("v", (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    return None


def join_rules(rules: list[Rule], options: PdfOptions) -> list[Rule]:
    """Lines that lie on each other or touch end to end made one; dashes joined; what is too short left out."""
    merged = merge_edges([to_edge(rule) for rule in rules], options.snap, options.snap, options.snap, options.snap)
    joined = [from_edge(edge) for edge in merged]
    return [rule for rule in joined if rule.end - rule.start >= options.min_rule]


def to_edge(rule: Rule) -> dict[str, Any]:
    """A rule as pdfplumber's table functions want it."""
    if rule.way == "h":
        x0, top, x1, bottom = rule.start, rule.at, rule.end, rule.at
    else:
        x0, top, x1, bottom = rule.at, rule.start, rule.at, rule.end
    return {"orientation": rule.way, "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}


def from_edge(edge: dict[str, Any]) -> Rule:
    if edge["orientation"] == "h":
        return Rule("h", edge["top"], edge["x0"], edge["x1"])
    return Rule("v", edge["x0"], edge["top"], edge["bottom"])
