"""The few errors of ours that may reach a person, each with the exit code it means.

A bad *attempt* is never an error but a `Verdict`; these are for calls, inputs and machines that are wrong.
"""

from __future__ import annotations


class ProverError(Exception):
    """Base of all errors of ours. Printed as one line, without a traceback."""

    exit_code = 2


class InputError(ProverError):
    """The call or its input is wrong: says where (file, line) and what was expected."""


class MissingError(ProverError):
    """The environment lacks something. `remedy` is the command that mends it."""

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} (mend it with: {remedy})" if remedy else message)
        self.remedy = remedy


class InfraError(ProverError):
    """Something of ours broke at a process or network boundary: retried, never recorded as a failed proof."""

    exit_code = 3
