"""A document given to the app by its administrator: put beside the index and indexed by a process of its own while the old index serves."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from assistant.views.texts import t
from ingest.errors import InputError
from ingest.settings import Settings

MAX_UPLOAD_MB = 40
UPLOAD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?:txt|md|pdf)")
INGEST_SECONDS = 1800
SHOWN_CHARS = 500


@dataclass
class Upload:
    """One document on its way into the index, and how that ended."""

    target: Path
    command: list[str]
    earlier: bytes | None
    """what stood under that name before: it comes back when the new one is refused"""
    began: float = field(default_factory=time.monotonic)
    running: bool = True
    late: bool = False
    code: int = 0
    said: str = ""
    trouble: str = ""

    def work(self) -> None:
        """Run until the process ends. In a thread of its own, which knows nothing of pages and languages."""
        try:
            done = subprocess.run(
                self.command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=INGEST_SECONDS, check=False
            )
            self.code, self.said = done.returncode, done.stdout.strip()
            self.trouble = done.stderr.strip().removeprefix("renstra: ")[-SHOWN_CHARS:] if done.returncode else ""
        except subprocess.TimeoutExpired:
            self.late = True
        except OSError as error:
            self.code, self.trouble = 1, str(error)
        if self.late or self.code:
            self.put_back()
        self.running = False

    @property
    def failure(self) -> str:
        """Why it was not indexed; empty while it is at work and when it was."""
        if self.running or not (self.late or self.code):
            return ""
        return t("status.too_long") if self.late else self.trouble or t("exit_code", n=self.code)

    def put_back(self) -> None:
        if self.earlier is None:
            self.target.unlink(missing_ok=True)
        else:
            self.target.write_bytes(self.earlier)


@st.cache_resource(show_spinner=False)
def _latest() -> dict[str, Upload]:
    """By index folder: outlives the session that began it."""
    return {}


def latest(settings: Settings) -> Upload | None:
    """The upload at work or the one that ended last; None before the first."""
    return _latest().get(str(settings.index))


def begin(name: str, data: bytes, settings: Settings) -> Upload:
    """Check an upload, put it beside the index and begin to index it. InputError when it is refused or another is at work."""
    if not UPLOAD_NAME.fullmatch(name):
        raise InputError(t("status.bad_name"))
    if len(data) > MAX_UPLOAD_MB * 1024 * 1024 or data.startswith(b"%PDF-") != name.endswith(".pdf"):
        raise InputError(t("status.bad_type"))
    if (before := latest(settings)) and before.running:
        raise InputError(t("status.add_one"))
    target = settings.index / "unggahan" / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        earlier = target.read_bytes() if target.exists() else None
        target.write_bytes(data)
    except OSError as error:
        raise InputError(t("status.add_disk", error=error.strerror or type(error).__name__)) from error
    command = [sys.executable, "-m", "assistant.cli", "ingest", "add", str(target), "--index", str(settings.index)]
    upload = _latest()[str(settings.index)] = Upload(target, command, earlier)
    threading.Thread(target=upload.work, daemon=True, name="upload").start()
    return upload
