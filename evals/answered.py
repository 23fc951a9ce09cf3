"""Asks every everyday question of a plan and records which are not answered from their own passage.

`python -m evals.answered` writes `<plan>.answered.json` beside the plan in the corpus folder; suggestions are chosen with it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from assistant.answer import build_assistant
from assistant.checked import SUFFIX, record
from ingest.errors import PlanError
from ingest.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    settings = Settings()
    try:
        whole = build_assistant(settings.model_copy(update={"llm": ""}))
    except PlanError as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    for document in whole.index.documents:
        doc = document.source.meta.doc
        desk = whole if len(whole.index.documents) == 1 else whole.desk(doc)
        texts = [question.text for question in desk.index.questions]
        if texts:
            answered = [desk.answers_itself(i) for i in tqdm(range(len(texts)), desc=doc)]
            path = settings.corpus / f"{doc}{SUFFIX}"
            path.write_text(record(texts, answered), encoding="utf-8")
            print(f"{path}: {sum(answered)} dari {len(texts)} pertanyaan dijawab dari kutipannya")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
