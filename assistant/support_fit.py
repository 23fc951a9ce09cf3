"""Calibrates the support test on an index: `python -m assistant.support_fit [--write]`. Prints the table of docs/support.md.

Right statements are answers that people wrote (`--answers`, a question set with the evidence of each answer) and the
plan's own sentences as a writer would shorten them; wrong ones are sentences of the passage that is most alike (the
hard case: same topic, other content), and right ones with some of their rarest words exchanged.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.answer import build_assistant
from assistant.asking import language
from assistant.models import Evidence
from assistant.sentences import split_sentences
from assistant.support import THRESHOLDS, Limits, Support
from ingest.models import Passage
from ingest.settings import Settings
from ingest.terms import STOP_WORDS, stem, terms, words

SEED = 20252029
SAMPLE = 160
GRID = [round(float(x), 2) for x in np.arange(0.4, 1.0, 0.05)]
DENSE_GRID = [-0.08, -0.06, -0.05, -0.04, -0.03, -0.025, -0.02, -0.015, -0.01, -0.005, 0.0]
MAY_MISS = 0.35
"""Share of freely worded right statements that may be refused: it costs a second try or fluency, not truth."""
WRITTEN = "ditulis orang"
ENGLISH = "berbahasa Inggris"


@dataclass(frozen=True)
class Case:
    kind: str
    right: bool
    lexical: float
    dense: float


def evidence_of(passage: Passage) -> Evidence:
    lines = (passage.span.line_start, passage.span.line_end)
    return Evidence(id=passage.id, doc=passage.doc, section=passage.place, lines=lines, quote=passage.text, passage_id=passage.id)


def shortened(sentence: str, chance: random.Random, drop: float = 0.3) -> str:
    """The sentence without a part of its words: what a summary keeps of it."""
    kept = [w for w in sentence.split() if chance.random() > drop]
    return " ".join(kept or sentence.split())


def exchanged(sentence: str, other: Sequence[str], weight: dict[str, float], chance: random.Random, count: int) -> str:
    """The sentence with its `count` rarest words exchanged."""
    own = sorted({w for w in words(sentence) if w.isalpha() and w not in STOP_WORDS}, key=lambda w: -weight.get(stem(w), 0.0))[:count]
    replaced = " ".join(words(sentence))
    for word in own:
        replaced = f" {replaced} ".replace(f" {word} ", f" {chance.choice(other)} ").strip()
    return replaced


def cases(support: Support) -> list[Case]:
    chance = random.Random(SEED)
    index = support.retriever.index
    prose = [p for p in support.retriever.passages if p.kind in {"paragraph", "item"} and len(p.text) > 120]
    table = support.retriever.table
    weight = {t: table.weight(t) for t in table.vocabulary}
    found: list[Case] = []

    def add(kind: str, right: bool, sentence: str, passage: Passage) -> None:
        near = support.closeness(sentence, [evidence_of(passage)])
        found.append(Case(kind, right, near.lexical, near.dense))

    for passage in chance.sample(prose, min(SAMPLE, len(prose))):
        sentence = chance.choice([s.text for s in split_sentences(passage.text) if len(s.text) > 50] or [passage.text])
        likeness = index.vectors @ index.vectors[index.positions[passage.id]]
        apart = [
            p for i in np.argsort(-likeness)[1:40]
            if (p := support.retriever.passages[int(i)]).kind in {"paragraph", "item"}
            and (p.span.line_end < passage.span.line_start or p.span.line_start > passage.span.line_end)
        ]  # fmt: skip
        if not apart:
            continue
        foreign = [w for w in words(chance.choice(apart[3:] or apart).text) if w.isalpha() and w not in STOP_WORDS] or ["lain"]
        add("kalimat utuh", True, sentence, passage)
        add("dipersingkat", True, shortened(sentence, chance), passage)
        add("kalimat dari kutipan paling mirip", False, sentence, apart[0])
        add("dipersingkat, dari kutipan paling mirip", False, shortened(sentence, chance), apart[0])
        add("satu kata kunci ditukar", False, exchanged(sentence, foreign, weight, chance, 1), passage)
        add("dua kata kunci ditukar", False, exchanged(sentence, foreign, weight, chance, 2), passage)
        many = max(3, len(set(words(sentence))) // 3)
        add("separuh kata kunci ditukar", False, exchanged(sentence, foreign, weight, chance, many), passage)
    return found


def written(support: Support, path: Path) -> list[Case]:
    """Answers of a question set against the passages that hold their evidence."""
    found: list[Case] = []
    passages = [p for p in support.retriever.passages if p.kind not in {"table"}]
    plain = {p.id: " ".join(p.text.split()) for p in passages}
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        needles = [" ".join(e.split()) for e in item.get("evidence", ())]
        held = [p for n in needles for p in passages if n and n in plain[p.id]][:6]
        if item.get("abstain") or not held or len(terms(item["answer"])) < 4:
            continue
        near = support.closeness(item["answer"], [evidence_of(p) for p in held])
        found.append(Case(WRITTEN, True, near.lexical, near.dense))
        if language(item["question"]) == "en":
            near = support.closeness(item["question"], [evidence_of(p) for p in held])
            found.append(Case(ENGLISH, True, near.lexical, near.dense))
    return found


def accepted(case: Case, limits: Limits) -> bool:
    if case.kind == ENGLISH:
        return case.dense >= limits.foreign
    return case.lexical >= limits.alone or (case.lexical >= limits.lexical and case.dense >= limits.dense)


def fit(found: Sequence[Case]) -> Limits:
    """The limits that let the fewest wrong statements through while refusing at most MAY_MISS of the right ones."""
    free = [c for c in found if c.kind == WRITTEN]
    right, wrong = free or [c for c in found if c.right], [c for c in found if not c.right]
    best: tuple[float, float, Limits] | None = None
    for alone in GRID:
        for lexical in [g for g in GRID if g <= alone]:
            for dense in DENSE_GRID:
                limits = Limits(alone, lexical, dense, foreign=0.0)
                missed = sum(not accepted(c, limits) for c in right) / len(right)
                passed = sum(accepted(c, limits) for c in wrong) / len(wrong)
                if missed <= MAY_MISS and (best is None or (passed, missed) < best[:2]):
                    best = (passed, missed, limits)
    assert best is not None
    # an English sentence shares no words: closeness alone decides
    english = [c.dense for c in found if c.kind == ENGLISH] or [c.dense for c in right]
    return Limits(best[2].alone, best[2].lexical, best[2].dense, round(float(np.quantile(english, MAY_MISS)), 3))


def table(found: Sequence[Case], limits: Limits) -> str:
    lines = ["| pernyataan | banyak | diterima | leksikal (median) | jarak ke terdekat (median) |", "| --- | ---: | ---: | ---: | ---: |"]
    for kind in dict.fromkeys(c.kind for c in found):
        own = [c for c in found if c.kind == kind]
        share = sum(accepted(c, limits) for c in own) / len(own)
        middle = np.median([[c.lexical, c.dense] for c in own], axis=0)
        lines.append(f"| {kind}{'' if own[0].right else ' (salah)'} | {len(own)} | {share:.1%} | {middle[0]:.2f} | {middle[1]:.3f} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the limits in support.json")
    parser.add_argument("--answers", type=Path, action="append", default=[], help="question set with answers and evidence (JSON lines)")
    args = parser.parse_args()
    support = Support(build_assistant(Settings()).retriever, Limits(1, 1, 1, 1))
    found = [c for path in args.answers for c in written(support, path)] + cases(support)
    limits = fit(found)
    print(limits)
    print(table(found, limits))
    if args.write:
        THRESHOLDS.write_text(json.dumps({"limits": asdict(limits), "seed": SEED, "sample": SAMPLE}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
