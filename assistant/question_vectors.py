"""The vectors of questions, those of late kept: while one is answered it is searched for more than once, by a language model too."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.models import Question
from assistant.understand import Understanding
from ingest.embedding import Embedder

Vector = npt.NDArray[np.float32]
KEPT = 256


class QuestionVectors:
    """Thread-safe."""

    def __init__(self, embedder: Embedder, understanding: Understanding) -> None:
        self.embedder = embedder
        self.understanding = understanding
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, question: Question) -> Vector:
        """The question's unit vector, shape (dimension,). A text of several questions lies between them: its single questions,
        which are searched for next, are embedded together."""
        parts = [part.standalone for part in self.understanding.parts(question)]
        vectors = self.of_texts(parts or [question.standalone])
        if len(vectors) == 1:
            return vectors[0]
        middle = np.mean(vectors, axis=0)
        return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), dtype=np.float32)

    def of_texts(self, texts: Sequence[str]) -> list[Vector]:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, self.embedder.queries(missing), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return [known[text] for text in texts]
