"""Text of the plan, of questions and of uploads made safe to show. Pure.

`plain` is for anything that is not Markdown; `answer_markdown` keeps what an answer uses (bold, lists, tables) and
takes the power from everything else: LaTeX, links, images, HTML, Streamlit's colour and icon directives.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

from ingest.numerals import format_number, short_rupiah

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:&^=])")
_RISKY = re.compile(r"(?<!\\)([$<>`~^:&])")
_LINK = re.compile(r"\](?=\s*[(\[])")
_IMAGE = re.compile(r"!(?=\[)")
_HEADING = re.compile(r"^(\s*)(#+)(?=\s)", re.MULTILINE)
_MARK = re.compile(r"\[(\d{1,3})\]")
_TABLE_RULE = re.compile(r"^\|[\s|:-]+\|$")
_ADDRESS = re.compile(r"\b(https?|www|ftp|mailto|xmpp)(?=\\?[:.])|(?<=\w)(?=@)", re.IGNORECASE)
"""Where a browser's Markdown would make a link of bare text (after escapes are taken away)."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain(text: str) -> str:
    """`text` as Markdown that shows exactly these characters, on one line (labels, captions, cells)."""
    return _ADDRESS.sub(unlinked, _SPECIAL.sub(r"\\\1", " ".join(CONTROL.sub("", text).split())))


def unlinked(found: re.Match[str]) -> str:
    return f"{found[0]}\u200b"


def plain_lines(text: str) -> str:
    """Like `plain`, line breaks kept."""
    return "  \n".join(plain(line) for line in text.splitlines())


def answer_markdown(text: str, marks: Collection[int] = (), anchor: str = "", years: Collection[int] = ()) -> str:
    """An answer's Markdown, safe to show.

    `marks`: numbers that are citations; each [n] becomes a link to `#<anchor>-n`, which the chat page listens to.
    `years`: in a table whose first column holds years, the rows of these years become bold.
    """
    safe = kept_breaks("\n".join(_line(line, years) for line in CONTROL.sub("", text).split("\n")))
    if not anchor:
        return _MARK.sub(r"\\[\1\\]", safe)
    return _MARK.sub(lambda m: f"[{m[1]}](#{anchor}-{m[1]})" if int(m[1]) in marks else f"\\[{m[1]}\\]", safe)


def kept_breaks(markdown: str) -> str:
    """Markdown in which the lines of a paragraph ("a. ...", "b. ...") stay lines: it would make them one."""
    lines = markdown.split("\n")
    for at, (line, following) in enumerate(pairwise(lines)):
        if line.strip() and following.strip() and not line.startswith("|") and not following.lstrip().startswith(("|", "- ")):
            lines[at] = line.rstrip() + "  "
    return "\n".join(lines)


def _line(line: str, years: Collection[int]) -> str:
    if _TABLE_RULE.match(line.strip()):
        return line
    line = _IMAGE.sub(r"\\!", line)
    line = _LINK.sub(r"\\]", line)
    line = _RISKY.sub(r"\\\1", line)
    line = _HEADING.sub(lambda m: m[1] + "\\#" * len(m[2]), line)
    line = _ADDRESS.sub(unlinked, line)
    return _bold_year(line, years)


def _bold_year(line: str, years: Collection[int]) -> str:
    cells = line.strip().strip("|").split("|")
    if not (line.startswith("|") and cells[0].strip().isdigit() and int(cells[0]) in years):
        return line
    return "|" + "|".join(f" **{c.strip()}** " if c.strip() and "*" not in c else c for c in cells) + "|"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + "…"


def number(value: Decimal | int | float) -> str:
    """Indonesian notation, trailing zeros of a computed value dropped: 1234.50 -> "1.234,5"."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    whole = exact.to_integral_value()
    return format_number(whole.quantize(Decimal(1)) if exact == whole else exact.normalize())


def rupiah(value: Decimal) -> str:
    """ "Rp907.187.500.000 (907,19 miliar)"; the words only where they are shorter."""
    full = f"Rp{number(value)}"
    return f"{full} ({short_rupiah(value)})" if abs(value) >= Decimal(1_000_000) else full


def short_money(value: Decimal) -> str:
    """ "Rp907,19 miliar"."""
    return f"Rp{short_rupiah(value)}"
