"""Lean 4's surface syntax as text: tokens, commands, one theorem. Pure; no process, no file, no model.

It reads what Lean would read wherever that is decided by characters alone. Lean's own lexer also depends on
the notation in scope; where that could move a token's end, the token is marked `ambiguous`, and a gate that
must not be fooled refuses it.
"""

from __future__ import annotations

from prover.syntax.commands import Command, Imports, parse_header, split_commands
from prover.syntax.lexer import Kind, LeanTextError, Token, code, iter_tokens, line_column, tokenize
from prover.syntax.shape import Shape, shape_of
from prover.syntax.theorem import UNSUPPORTED, Theorem, is_open, parse_theorem

__all__ = [
    "UNSUPPORTED",
    "Command",
    "Imports",
    "Kind",
    "LeanTextError",
    "Shape",
    "Theorem",
    "Token",
    "code",
    "is_open",
    "iter_tokens",
    "line_column",
    "parse_header",
    "parse_theorem",
    "shape_of",
    "split_commands",
    "tokenize",
]
