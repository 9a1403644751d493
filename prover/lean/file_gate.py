"""The token gate for a whole Lean file: what is judged by its own messages, with no statement of ours beside it.

A file may open namespaces, declare variables, structures and instances, and ask (`#check`). It may not run a program
while Lean elaborates, change the syntax, declare what is not proved, or put compiled code in the place of a proof:
where no replay follows, such a file could say of itself whatever it likes; and what passes may be read by a warm
worker, which others use after it.
"""

from __future__ import annotations

from prover.lean import refused
from prover.lean.gate import Code, Refusal, inspect_as, refuse
from prover.syntax import Kind


def inspect_file(text: str) -> Refusal | None:
    """The first token that a file may not hold. `text` is a file without its imports."""
    return inspect_as(_File, text, commands=True)


class _File(Code):
    attributes = refused.ATTRIBUTES | refused.FILE_ATTRIBUTES
    margin = Code.margin | refused.FILE_MARGIN

    def _word(self, index: int) -> Refusal | None:
        token, following = self._tokens[index], self._at(index + 1)
        if token.kind is not Kind.IDENT:
            return None
        if token.text == "namespace" and following.removeprefix("_root_.").split(".")[0] in (
            "Lean",
            "«Lean»",
        ):
            return refuse(token, "a file may not declare names that Lean itself reads")
        if token.text == "attribute" and following == "[":
            return self._attributes(index + 2)
        return None if token.text in refused.FILE_WORDS else super()._word(index)

    def _symbol(self, index: int) -> Refusal | None:
        return None if self._asks(index) else super()._symbol(index)

    def _open(self, index: int) -> Refusal | None:  # noqa: ARG002
        return None

    def _set_option(self, index: int) -> Refusal | None:
        name = self._at(index + 1)
        for option in refused.FILE_OPTIONS:
            if name == option or (option.endswith(".") and name.startswith(option)):
                return None
        return refuse(self._tokens[index], f"`{name}` is no option that a file may set")

    def _margin(self, index: int, depth: int) -> Refusal | None:
        return None if self._asks(index) else super()._margin(index, depth)

    def _asks(self, index: int) -> bool:
        """`#check` and its like."""
        return self._at(index) == "#" and self._at(index + 1) in refused.FILE_COMMANDS
