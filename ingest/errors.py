"""Every error a person can meet: one root, an Indonesian sentence that says what to do next, an exit code."""

from __future__ import annotations


class PlanError(Exception):
    """Root of all expected failures.

    `message` is shown to users as it stands (Indonesian: what happened, what to do next);
    `exit_code` follows the CLI contract: 1 a check failed, 2 usage or bad input, 3 index missing or stale.
    """

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(PlanError):
    """A source file, a question or an option that cannot be used."""


class IndexMissingError(PlanError):
    """No finished index where one was asked for."""

    exit_code = 3


class StaleIndexError(PlanError):
    """An index that is foreign, half-written, or made from another corpus, settings or model."""

    exit_code = 3


class CheckFailedError(PlanError):
    """A check that was asked for did not pass (a gate, a doctor's finding)."""

    exit_code = 1
