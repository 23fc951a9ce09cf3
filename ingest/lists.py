"""Items -> lists with their lead-in, as their markers count on."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.block_drafts import Draft
from ingest.line_kinds import Marker
from ingest.models import Source, stable_id


@dataclass
class OpenList:
    id: str
    style: str
    ordinal: int
    lead_in: int | None


def build_lists(drafts: list[Draft], source: Source) -> None:
    """Items with the same kind of marker in counting order are one list, whatever blank lines lie between."""
    stack: list[OpenList] = []
    for i, draft in enumerate(drafts):
        if (
            draft.kind == "heading"
            or draft.info.kind in ("bab", "numbered", "lampiran", "pasal")
            or (draft.kind in ("paragraph", "row", "caption") and stack and not any(d.opens_section for d in drafts[max(0, i - 3) : i]))
        ):
            stack.clear()
        if draft.kind != "item" or not draft.marker or draft.opens_section:
            if draft.opens_section:
                stack.clear()
            continue
        place_item(i, draft, drafts, stack, source)


def place_item(i: int, draft: Draft, drafts: list[Draft], stack: list[OpenList], source: Source) -> None:
    marker = draft.marker
    assert marker is not None
    if draft.info.opening:
        stack.clear()
    depth = next((d for d, open_list in enumerate(stack) if continues(open_list, marker)), None)
    if depth is None:
        parent = i - 1 if stack and drafts[i - 1].kind == "item" else None
        if parent is None:
            stack.clear()
        lead_in = parent if parent is not None or draft.info.opening else find_lead_in(drafts, i)
        stack.append(OpenList(stable_id("l", source.meta.doc, draft.first, marker.style), marker.style, marker.ordinal, lead_in))
        depth = len(stack) - 1
    else:
        del stack[depth + 1 :]
        stack[depth].ordinal = marker.ordinal
    draft.list_id, draft.lead_in, draft.depth = stack[depth].id, stack[depth].lead_in, depth


def continues(open_list: OpenList, marker: Marker) -> bool:
    return open_list.style == marker.style and (marker.style == "-" or marker.ordinal == open_list.ordinal + 1)


def find_lead_in(drafts: list[Draft], i: int) -> int | None:
    """The sentence above the list: the nearest paragraph or heading within three blocks, pictures' captions skipped."""
    for j in range(i - 1, max(-1, i - 4), -1):
        if drafts[j].kind in ("paragraph", "heading") or drafts[j].opens_section:
            return j
        if drafts[j].kind not in ("caption", "note", "furniture"):
            return None
    return None
