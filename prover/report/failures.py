"""What went wrong, in a few words: the kind of Lean's first error, read from its text.

A kind is for counting and for finding examples, nothing is decided by it. Unknown texts are `other error`; the texts
are those of Lean 4.35 and Mathlib, older spellings included where they differ.
"""

from __future__ import annotations

import re

from prover.types import Status, Verdict

OTHER = "other error"

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("unknown name", r"unknown (identifier|constant|free variable|id )|unknown namespace"),
        (
            "unknown field or method",
            r"invalid field|environment does not contain|invalid \{?projection|unknown field",
        ),
        ("not in this library", r"not in `core`"),
        ("unknown tactic", r"unknown tactic|tactic '?[^ ]+'? has not been implemented|<tactic>"),
        (
            "syntax",
            r"unexpected (token|identifier|end of input)|expected (command|token|term|tactic)|; expected ",
        ),
        ("heartbeats used up", r"maxHeartbeats|deterministic\) timeout|maximum recursion depth"),
        ("no such instance", r"failed to synth"),
        ("type mismatch", r"type mismatch|application type mismatch|has type.*but is expected"),
        ("unsolved goals", r"unsolved goals"),
        ("omega", r"omega could not|omega('s)? "),
        ("linarith", r"linarith failed|nlinarith"),
        ("decide", r"tactic 'decide' (failed|proved)|`?decide`? (failed|proved)"),
        (
            "norm_num, ring, simp or positivity",
            r"norm_num|ring(_nf)? failed|simp.* (failed|made no progress)|positivity",
        ),
        (
            "rewrite",
            r"did not find (an occurrence of|instance of)|motive is not type correct|'?rewrite'? failed",
        ),
        ("apply or exact", r"could not unify|apply. failed|'?apply'? failed|exact. failed"),
        ("no goals left", r"no goals"),
        (
            "case analysis",
            r"rcases|rintro|cases. failed|induction. failed|unused alternative|invalid alternative",
        ),
        ("not a function", r"function expected"),
        ("ambiguous", r"ambiguous"),
        ("termination", r"termination|structural recursion|decreasing_by"),
        ("tactic failed", r"tactic .* failed|failed to "),
    )
)


def error_kind(message: str) -> str:
    """The kind of one error message of Lean."""
    return next((kind for kind, pattern in _KINDS if pattern.search(message[:2000])), OTHER)


def failure_of(verdict: Verdict) -> str:
    """What to count a failed attempt under: the kind of its first error, or what its status alone says."""
    if verdict.status is not Status.ELABORATION_ERROR:
        return ""
    first = next((d.message for d in verdict.diagnostics if d.severity == "error"), verdict.detail)
    return error_kind(first)
