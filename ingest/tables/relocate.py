"""Text tables whose sub-rows lost their columns: put list items and repeated texts back where they belong."""

from __future__ import annotations

import re
from collections import Counter

from ingest.tables.align import Col, kind_of
from ingest.tables.parts import Draft

_ITEM = re.compile(r"^(\d{1,2})\.\s+(?=\D)")
_ANY_ITEM = re.compile(r"(?:^|\s)(\d{1,2})\.\s+(?=\D)")
_LEAD = re.compile(r"^(\w+:)\s")


def continue_list(cells: list[str], main: list[str], main_lines: list[int], line: int, cols: tuple[Col, ...]) -> None:
    """An item "3. ..." of a sub-row goes to the merged cell of the main row whose list ends with item 2; in place."""
    for at, cell in enumerate(cells):
        found = _ITEM.match(cell)
        if not found or int(found[1]) < 2:
            continue
        wanted = int(found[1]) - 1
        target = next((i for i, col in enumerate(cols) if col.role in ("text", "label") and _last_item(main[i]) == wanted), None)
        if target is None:
            continue
        main[target] += "\n" + cell
        if line not in main_lines:
            main_lines.append(line)
        cells[at] = ""
        _shift_rest(cells, at, target)
        return


def _shift_rest(cells: list[str], at: int, target: int) -> None:
    """What stands to the right of an item that was in a wrong column was displaced with it."""
    rest = [i for i in range(at + 1, len(cells)) if cells[i]]
    if not rest or at == target:
        return
    delta = target - at if at > target else max(0, target + 1 - rest[0])
    if delta:
        moved = {i + delta: cells[i] for i in rest}
        width = max(len(cells), max(moved) + 1)
        cells[at:] = [moved.get(i, "") for i in range(at, width)]


def _last_item(text: str) -> int | None:
    found = _ANY_ITEM.findall(text)
    return int(found[-1]) if found and _ITEM.match(text) else None


class TextPlaces:
    """In which column a text stands in the rows that are whole, to set right rows that are not."""

    def __init__(self, cols: tuple[Col, ...], draft: Draft) -> None:
        has_key = any(col.role == "code" for col in cols)
        self.movable = has_key and not any(col.group >= 0 for col in cols) and any(col.role == "org" for col in cols)
        self._seen: dict[str, Counter[int]] = {}
        if not self.movable:
            return
        for part in draft.parts:
            for row in part.body:
                if len(row.cells) != len(cols):
                    continue
                for i in row.filled:
                    if cols[i].role in ("text", "org") and kind_of(row.cells[i]) in ("short", "long"):
                        for key in _keys(row.cells[i]):
                            self._seen.setdefault(key, Counter())[i] += 1

    def column_of(self, text: str) -> int | None:
        """The usual column of this very text, or of texts with this lead word ("Program: ...")."""
        for key in _keys(text):
            seen = self._seen.get(key)
            if seen:
                (column, count), *others = seen.most_common(2)
                if not others or count > 2 * others[0][1]:
                    return column
        return None

    def settle(self, cells: list[str], width: int) -> None:
        """Move each run of filled cells so that a text that is known stands in its usual column; in place."""
        for at in range(len(cells)):
            column = self.column_of(cells[at]) if cells[at] else None
            if column is None or column == at:
                continue
            self._move(cells, at, column - at, width)

    def _move(self, cells: list[str], at: int, delta: int, width: int) -> None:
        start = at
        while start > 0 and cells[start - 1] and not (delta < 0 and not cells[at + delta]):
            start -= 1
        run = [i for i in range(start, len(cells)) if cells[i]]
        targets = [i + delta for i in run]
        free = {i for i, cell in enumerate(cells) if not cell} | set(run) | set(range(len(cells), width))
        if any(t < 0 or t >= width or t not in free for t in targets):
            return
        moved = {i + delta: cells[i] for i in run}
        for i in run:
            cells[i] = ""
        cells += [""] * (max(moved) + 1 - len(cells))
        for i, text in moved.items():
            cells[i] = text


def _keys(text: str) -> list[str]:
    lead = _LEAD.match(text)
    return [lead[1], text] if lead else [text]
