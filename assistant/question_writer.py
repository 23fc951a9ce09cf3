"""The configured language model as a writer of everyday questions, for a person to review."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from assistant.agent import chat_model
from assistant.guard import is_transient, trouble_of
from assistant.models import Frozen
from assistant.prompts import load_prompt
from ingest.errors import InputError
from ingest.models import WrittenQuestions
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ATTEMPTS = 3
PAUSE = 1.0
"""Seconds before asking again, doubled each time."""


class Item(Frozen):
    number: int = Field(alias="nomor")
    questions: tuple[str, ...] = Field(default=(), alias="pertanyaan")
    names: tuple[str, ...] = Field(default=(), alias="sebutan")


class Reply(Frozen):
    items: tuple[Item, ...] = Field(alias="kutipan")


def question_writer(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> Callable[[Sequence[str]], list[WrittenQuestions]]:
    """Passages' texts -> questions for each. InputError when no model is configured, or when it stops answering."""
    if not settings.llm:
        raise InputError("Merancang pertanyaan memerlukan model bahasa: atur RENSTRA_LLM, atau tulis pertanyaannya sendiri.")
    model = chat_model(settings)
    prompt, _ = load_prompt("questions")

    def write(texts: Sequence[str]) -> list[WrittenQuestions]:
        asked = "\n\n".join(f"[{number}] {text}" for number, text in enumerate(texts, 1))
        for attempt in range(ATTEMPTS):
            reply = read_reply(ask(model, prompt, asked, sleep))
            if reply is not None:
                by_number = {item.number: item for item in reply.items}
                found = [by_number.get(number) for number in range(1, len(texts) + 1)]
                return [WrittenQuestions(questions=item.questions, names=item.names) if item else WrittenQuestions() for item in found]
            asked += "\n\nJawab hanya dengan satu objek JSON." if not attempt else ""
        return [WrittenQuestions()] * len(texts)

    return write


def ask(model: BaseChatModel, prompt: str, asked: str, sleep: Callable[[float], None]) -> str:
    for attempt in range(ATTEMPTS):
        try:
            return str(model.invoke([("system", prompt), ("user", asked)]).text)
        except Exception as error:  # each provider has failures of its own; told apart by the guard
            if attempt + 1 == ATTEMPTS or not is_transient(error):
                raise InputError(f"Model bahasa berhenti menjawab ({trouble_of(error)}). Yang sudah dirancang tersimpan.") from error
            sleep(PAUSE * 2**attempt)
    raise AssertionError("unreachable")


def read_reply(text: str) -> Reply | None:
    """The JSON object in a reply, whatever stands around it; None when there is none of the wanted form."""
    first, last = text.find("{"), text.rfind("}")
    try:
        return Reply.model_validate(json.loads(text[first : last + 1])) if 0 <= first < last else None
    except (json.JSONDecodeError, ValidationError):
        return None
