"""How a file is set: its body type, the pitch of wrapped lines, the right edge of its text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.pdf.marks import ends_sentence, marker_of
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import TextLine

SPACE_EM = 0.28
"""width of a space"""
USUAL_PITCH_EM = 1.3
"""where no line in the whole file wraps"""
LONG_STRETCH = 0.35
"""share of the page's text width that a line of running text covers at least, also in two columns"""
LONG_WORDS = 5
WIDE_GAP_EM = 0.9
ENOUGH = 5
"""wrapped lines that show a page's own pitch"""


@dataclass(frozen=True)
class Typography:
    body: float = 10.0
    """type size of most of the text"""
    pitches: dict[float, float] = field(default_factory=dict)
    """type size -> pitch of wrapped lines"""

    def pitch(self, size: float) -> float:
        near = [known for known in self.pitches if abs(known - size) <= 0.06 * size]
        if near:
            return self.pitches[min(near, key=lambda known: abs(known - size))]
        ratios = sorted(pitch / known for known, pitch in self.pitches.items())
        return size * (ratios[len(ratios) // 2] if ratios else USUAL_PITCH_EM)

    def on_page(self, lines: Sequence[TextLine], right: float, options: PdfOptions = DEFAULT) -> Typography:
        """The same with the page's own pitches where it has enough wrapped lines to tell."""
        own = {
            size: spread[int(0.9 * (len(spread) - 1))]
            for size, spread in wrap_pitches(lines, right, options).items()
            if len(spread) >= ENOUGH
        }
        return Typography(self.body, {**self.pitches, **own})


def body_size(pages: Iterable[Sequence[TextLine]]) -> float:
    """The type size in which most of the running text is set: stretches of words without wide gaps, as long as text has them."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        if not lines:
            continue
        least = LONG_STRETCH * (max(line.x1 for line in lines) - min(line.x0 for line in lines))
        for line in lines:
            for first, last in stretches_of(line):
                if last - first >= LONG_WORDS and line.words[last - 1].x1 - line.words[first].x0 >= least:
                    sizes[line.size] += sum(len(word.text) for word in line.words[first:last])
    return sizes.most_common(1)[0][0] if sizes else 10.0


def stretches_of(line: TextLine) -> list[tuple[int, int]]:
    """Words (first, last + 1) that stand together without a wide gap."""
    cuts = [i for i in range(1, len(line.words)) if line.words[i].x0 - line.words[i - 1].x1 > WIDE_GAP_EM * line.size]
    return list(pairwise([0, *cuts, len(line.words)]))


def measure(regions: Iterable[tuple[Sequence[TextLine], float]], options: PdfOptions = DEFAULT) -> Typography:
    """From all stretches of text of a file, each with its right edge."""
    stretches = list(regions)
    pitches: dict[float, list[float]] = defaultdict(list)
    for lines, right in stretches:
        for size, spread in wrap_pitches(lines, right, options).items():
            pitches[size] += spread
    return Typography(
        body_size(lines for lines, _ in stretches), {size: sorted(spread)[len(spread) // 2] for size, spread in pitches.items()}
    )


def wrap_pitches(lines: Sequence[TextLine], right: float, options: PdfOptions) -> dict[float, list[float]]:
    """Pitches between lines that surely belong to one paragraph: the first is full, the second goes on in lower case."""
    out: dict[float, list[float]] = defaultdict(list)
    for above, line in pairwise(lines):
        pitch = line.base - above.base
        if not 0 < pitch < 3 * line.size or abs(above.size - line.size) > 0.5 or marker_of(line.text) or ends_sentence(above.text):
            continue
        if line.text[:1].islower() and not room_for(line, above, right, options.fit_slack):
            out[line.size].append(pitch)
    return {size: sorted(spread) for size, spread in out.items()}


def room_for(line: TextLine, above: TextLine, right: float, slack: float) -> bool:
    """Whether the first word of `line` would have fitted at the end of the line above: then that line ends a paragraph."""
    first = line.words[0]
    return above.x1 + SPACE_EM * above.size + (first.x1 - first.x0) + slack <= right
