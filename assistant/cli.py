"""The `renstra` command. Thin: every package adds its own commands through the entry-point group `renstra.commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ingest.errors import PlanError
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.models import WrittenQuestions
    from ingest.settings import Settings

PROBLEM = 2


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="renstra", description="Tanya Renstra: jawaban berkutipan atas rencana strategis kementerian.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="PERINTAH")
    for entry in sorted(entry_points(group="renstra.commands"), key=lambda e: e.name):
        entry.load()(commands)
    # what the stages may ask of the assistant without knowing it
    parser.set_defaults(question_writer=question_writer)
    return parser


def question_writer(settings: Settings) -> Callable[[Sequence[str]], list[WrittenQuestions]]:
    from assistant.question_writer import question_writer as writer

    return writer(settings)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 fine, 1 an asked-for check failed, 2 usage or bad input, 3 index missing or stale."""
    # nothing of ours may reach a hub or phone home
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    args = make_parser().parse_args(argv)
    try:
        code: int = args.func(args)
    except PlanError as error:
        print(f"renstra: {error.message}", file=sys.stderr)
        return error.exit_code
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        fault = error.errors()[0]
        print(
            f"renstra: Pengaturan RENSTRA_{str(fault['loc'][0]).upper()} tidak sesuai ({fault['msg']}). Perbaiki atau kosongkan.",
            file=sys.stderr,
        )
        return PROBLEM
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("renstra: dihentikan.", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
