"""Is a text without a fence or a label a tactic block? Told by its lines' first words; wrong guesses cost one check.

A line of tactics begins with a tactic's name or a symbol, or is indented deeper than the first; no line of tactics
ends in a full stop, as a sentence does.
"""

from __future__ import annotations

import re

_NAMES = """
    abel ac_rfl aesop all_goals any_goals apply apply_fun assumption bound by by_cases by_contra
    by_contra! calc case cases cases' change clear congr constructor contradiction contrapose
    contrapose! conv convert decide delta dsimp erw exact exact_mod_cast exacts exfalso exists ext
    field_simp filter_upwards fin_cases first fun funext gcongr generalize grind group haveI have hint
    induction induction' infer_instance injection injections interval_cases intro intros introv iterate
    left let letI lift linarith linear_combination mod_cases module monotonicity native_decide nlinarith
    next nofun nomatch noncomm_ring norm_cast norm_num nth_rewrite nth_rw obtain omega on_goal open peel
    pick_goal positivity push_cast push_neg qify rcases refine refine' rel rename rename_i repeat
    replace revert rewrite rfl right ring ring1 ring_nf rintro rotate_left rw rwa set set_option show
    show_term simp simp? simp_all simp_arith simp_rw simpa skip sorry specialize split split_ifs
    split_ands stop subst subst_vars substs suffices swap symm tauto trans transitivity trivial try
    unfold unfold_let unhygienic use wlog zify match if then else with at
"""
TACTICS = frozenset(_NAMES.split())
_FIRST = re.compile(r"[A-Za-z_][\w'!?]*")
_SYMBOL = re.compile(r"[·|<(⟨{}\])⟩:]|--|/-|\.\s")
_COMMENT = re.compile(r"\s*(?:--|$)")
_SENTENCE = re.compile(r"[A-Za-z)\]$`\"'*]\.\s*$")


def looks_like_tactics(text: str) -> bool:
    """Every line of `text` could be a tactic's."""
    kept = tactic_lines(text)
    return bool(kept) and kept.strip() == text.strip()


def tactic_lines(text: str) -> str:
    """The lines from the first on that could be a tactic block's, up to the first that could not; empty if none."""
    lines = text.strip("\n").split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    if not lines:
        return ""
    margin = len(lines[0]) - len(lines[0].lstrip())
    kept: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if line.strip() and not (_deeper(kept, depth, margin, line) or _tactic(line.strip())):
            break
        kept.append(line)
    first = next((line.strip() for line in kept if not _COMMENT.match(line)), "")
    return "\n".join(kept).rstrip() if _begins(first) else ""


def _begins(line: str) -> bool:
    """The first line says more than a symbol that any text might begin with."""
    word = _FIRST.match(line)
    return word[0] in TACTICS if word else line.startswith((":=", "⟨", "·"))


def _deeper(kept: list[str], depth: int, margin: int, line: str) -> bool:
    return bool(kept) and depth > margin and not _SENTENCE.search(line)


def _tactic(line: str) -> bool:
    if line.startswith("--"):
        return True
    if _SENTENCE.search(line):
        return False
    word = _FIRST.match(line)
    return word[0] in TACTICS if word else _SYMBOL.match(line) is not None
