"""Source -> Document: blocks whole again over page breaks, the section tree, lists with their lead-in.

Every non-blank line belongs to exactly one block. A *run-in heading* is a marked line ("a. IKSS 1: ...") that is
followed by text of its own: it opens a section one level below the numbered one it stands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ingest.block_drafts import Draft
from ingest.line_kinds import LineInfo, classify, terminated
from ingest.lists import build_lists
from ingest.models import Block, BlockKind, Document, Section, Source, stable_id

RUN_IN_LENGTH = 170
"""A marked line longer than this is a list item, not a heading."""
BODY_LENGTH = 120
"""A marked line with at least this much text directly below it is a heading over that text."""
JOIN_LENGTH = 60
"""Only a stretch at least this long can have been cut by a page break."""


def build_document(source: Source) -> Document:
    drafts = join_page_breaks(group_lines(source))
    mark_captions(drafts)
    mark_run_in_headings(drafts)
    mark_headings_that_count_on(drafts)
    sections = build_sections(drafts, source)
    build_lists(drafts, source)
    ids = [
        stable_id("b", source.meta.doc, d.first, source.text[source.lines[d.first - 1].start : source.lines[d.last - 1].end])
        for d in drafts
    ]
    blocks = tuple(
        Block(
            id=ids[i],
            kind=draft.kind,
            text=source.text[source.lines[draft.first - 1].start : source.lines[draft.last - 1].end],
            span=source.span(draft.first, draft.last),
            section=draft.section,
            marker=draft.marker.printed if draft.marker else "",
            depth=draft.depth,
            list_id=draft.list_id,
            lead_in=ids[draft.lead_in] if draft.lead_in is not None else "",
        )
        for i, draft in enumerate(drafts)
    )
    return Document(source=source, blocks=blocks, sections=tuple(sections))


# --- lines -> drafts -------------------------------------------------------------------------------------------------


KINDS: dict[str, BlockKind] = {
    "row": "row", "gap": "gap", "bab": "heading", "numbered": "heading", "pasal": "heading", "lampiran": "heading", "hash": "heading",
    "caption": "caption", "note": "note", "item": "item", "bullet": "item", "title": "furniture", "text": "paragraph",
}  # fmt: skip
ABSORBING = {"item", "bullet", "caption", "note", "text", "title", "bab", "lampiran"}
"""Line kinds that take the plain lines directly below them into their block."""


def group_lines(source: Source) -> list[Draft]:
    drafts: list[Draft] = []
    after_blank = True
    for line in source.lines:
        info = classify(line.text)
        if info.kind == "blank":
            after_blank = True
            continue
        last = drafts[-1] if drafts else None
        if last and not after_blank and belongs_below(last, info):
            last.last = line.no
            last.lines.append(info)
            last.below += len(info.text)
            if last.kind == "furniture" and info.kind == "text":
                last.kind = "paragraph" if terminated(info.text) else "furniture"
        else:
            drafts.append(Draft(kind=KINDS[info.kind], first=line.no, last=line.no, info=info, lines=[info], after_gap=after_blank))
        after_blank = False
    for draft in drafts:
        if draft.kind == "paragraph" and len(draft.lines) > 1 and draft.length < 200 and not terminated(draft.tail):
            draft.kind = "furniture"
    return drafts


def belongs_below(draft: Draft, info: LineInfo) -> bool:
    head = draft.lines[0].kind
    if head in ("bab", "lampiran"):
        return info.kind == "title"
    if draft.info.hashes:
        # a heading set as one is whole: what stands right below it is its text
        return False
    return head in ABSORBING and (info.kind == "text" or (info.kind == "title" and head in ("title", "text", "caption", "note")))


def join_page_breaks(drafts: list[Draft]) -> list[Draft]:
    """Rejoin what a page break cut: a stretch without an end, then one that is no beginning of anything else."""
    out: list[Draft] = []
    for draft in drafts:
        last = out[-1] if out else None
        if last and draft.after_gap and goes_on(last, draft):
            last.last = draft.last
            last.lines += draft.lines
        else:
            out.append(draft)
    return out


def goes_on(last: Draft, draft: Draft) -> bool:
    if draft.info.kind not in ("text", "bullet") or terminated(last.tail):
        return False
    if last.kind == "paragraph":
        starts_low = draft.info.text[:1].islower()
        return last.length >= JOIN_LENGTH and (starts_low or (last.length > 2 * JOIN_LENGTH and draft.info.kind == "text"))
    return last.kind == "item" and last.length > RUN_IN_LENGTH


def mark_captions(drafts: list[Draft]) -> None:
    """A short unfinished line right above a table is the table's title, whatever it looks like."""
    for draft, following in pairwise(drafts):
        short = draft.kind in ("item", "furniture", "paragraph") and draft.length < RUN_IN_LENGTH
        if following.kind == "row" and short and not terminated(draft.tail):
            draft.kind = "caption"


def mark_run_in_headings(drafts: list[Draft]) -> None:
    for i, draft in enumerate(drafts):
        if draft.info.kind == "hash":
            after = drafts[i + 1] if i + 1 < len(drafts) else None
            draft.opens_section = bool(after and after.kind in ("paragraph", "item", "heading"))
            continue
        if draft.kind != "item" or not draft.marker:
            continue
        head = draft.lines[0].text
        if draft.info.kind == "bullet":
            previous = drafts[i - 1] if i else None
            if (previous and (previous.opens_section or (previous.kind == "paragraph" and previous.info.kind == "bullet"))) or (
                terminated(head) and head.endswith(":")
            ):
                draft.kind = "paragraph"
            continue
        following = next((d for d in drafts[i + 1 :] if d.kind not in ("note", "caption")), None)
        free = bool(following) and not (following.kind == "item" and following.marker and following.marker.style == draft.marker.style)  # type: ignore[union-attr]
        unfinished = len(head) <= RUN_IN_LENGTH and not terminated(head)
        follows_text = free and following is not None and following.kind in ("paragraph", "item")
        if draft.info.hashes or draft.below >= BODY_LENGTH or (unfinished and follows_text and not within_sibling_run(drafts, i)):
            draft.opens_section = True
            if draft.info.hashes:
                draft.kind = "heading"


def within_sibling_run(drafts: list[Draft], i: int) -> bool:
    """The last item of a tight list has no full stop now and then: it is still an item."""
    draft, before = drafts[i], drafts[i - 1] if i else None
    return bool(
        before and before.kind == "item" and before.marker and draft.marker and before.marker.style == draft.marker.style
        and before.marker.ordinal + 1 == draft.marker.ordinal and not before.opens_section and terminated(before.tail)
    )  # fmt: skip


def mark_headings_that_count_on(drafts: list[Draft]) -> None:
    """An item that counts on from a run-in heading is a heading too, also without text of its own: a list begins at one."""
    run: dict[str, Draft] = {}
    for draft in drafts:
        if draft.kind == "heading" and not draft.marker:
            run.clear()
        if draft.kind not in ("item", "heading") or not draft.marker or draft.marker.style == "-":
            continue
        before = run.get(draft.marker.style)
        if before and before.marker and before.opens_section and before.marker.ordinal + 1 == draft.marker.ordinal:
            draft.opens_section = True
        run[draft.marker.style] = draft


# --- sections --------------------------------------------------------------------------------------------------------


@dataclass
class OpenSection:
    id: str
    number: str
    title: str
    level: int
    style: str
    first: int
    last: int
    parent: str
    path: tuple[str, ...]


def build_sections(drafts: list[Draft], source: Source) -> list[Section]:
    stack: list[OpenSection] = []
    done: list[OpenSection] = []
    after_bab: Draft | None = None
    for draft in drafts:
        info = draft.info
        if after_bab is not None and draft.kind in ("heading", "furniture") and info.kind in ("hash", "title"):
            # the title of a chapter may stand in a block of its own below "BAB III"
            retitle(stack[0], draft.info.text)
            draft.opens_section = False
            draft.kind = "heading"
        elif opened := open_section(draft, stack, source):
            close_to(stack, done, opened.level)
            stack.append(opened)
        if draft.kind != "gap" or stack:
            draft.section = stack[-1].id if stack else ""
        for section in stack:
            section.last = draft.last
        after_bab = draft if info.kind == "bab" and not stack[0].title else None
    close_to(stack, done, 0)
    done.sort(key=lambda s: (s.first, s.level))
    return [
        Section(id=s.id, number=s.number, title=s.title, level=s.level, parent=s.parent, path=s.path, span=source.span(s.first, s.last))
        for s in done
    ]


def retitle(section: OpenSection, title: str) -> None:
    section.title = title
    section.path = (f"{section.number} {title}",)


def close_to(stack: list[OpenSection], done: list[OpenSection], level: int) -> None:
    while stack and stack[-1].level >= level:
        done.append(stack.pop())


def open_section(draft: Draft, stack: list[OpenSection], source: Source) -> OpenSection | None:
    info = draft.info
    style: str
    if info.kind in ("bab", "lampiran", "pasal"):
        below = " ".join(line.text for line in draft.lines[1:])
        level, style, title = 1, info.kind, f"{info.body} {below}".strip()
        number = info.number
    elif info.kind == "numbered":
        level, style, number, title = 1 + info.number.count("."), "numbered", info.number, info.body
    elif draft.opens_section:
        base = max([s.level for s in stack if s.style in ("bab", "lampiran", "pasal", "numbered", "hash")], default=0)
        style = info.marker.style if info.marker else "hash"
        same = [s.level for s in stack if s.style == style and s.level > base]
        level = same[0] if same else max([s.level for s in stack], default=0) + 1
        if style == "hash":
            level = base + (0 if stack and stack[-1].style == "hash" else 1)
        number, title = (info.marker.printed if info.marker else ""), info.body
    else:
        return None
    parents = [s for s in stack if s.level < level]
    label = f"{number} {title}".strip()
    path = (*(parents[-1].path if parents else ()), label)
    parent = parents[-1].id if parents else ""
    return OpenSection(
        id=stable_id("s", source.meta.doc, draft.first, label), number=number, title=title, level=level, style=style,
        first=draft.first, last=draft.last, parent=parent, path=path,
    )  # fmt: skip
