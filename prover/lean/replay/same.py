"""Are two closed terms of two modules the same, and which constants must be the same for that?"""

from __future__ import annotations

from prover.lean.replay import module as m
from prover.lean.replay.module import Module, Name


def same_terms(left: Module, l_root: int, right: Module, r_root: int) -> set[tuple[Name, Name]] | None:
    """None where they differ, else the pairs of constants at the same places, which may go by different names.

    Names and kinds of binders and metadata do not count.
    """
    pairs: set[tuple[Name, Name]] = set()
    stack, seen = [(l_root, r_root)], set[tuple[int, int]]()
    while stack:
        l_term, r_term = (_bare(left, stack[-1][0]), _bare(right, stack[-1][1]))
        stack.pop()
        if (l_term, r_term) in seen:
            continue
        seen.add((l_term, r_term))
        tag, kids, data = left.term(l_term)
        other, r_kids, r_data = right.term(r_term)
        if tag != other:
            return None
        if tag == m.CONST:
            levels = zip(data[1], r_data[1], strict=False)
            if len(data[1]) != len(r_data[1]) or not all(_same_level(left, a, right, b) for a, b in levels):
                return None
            pairs.add((data[0], r_data[0]))
        elif tag == m.SORT:
            if not _same_level(left, data, right, r_data):
                return None
        elif tag == m.PROJ:
            if data[1] != r_data[1]:
                return None
            pairs.add((data[0], r_data[0]))
        elif tag in (m.BVAR, m.LIT) and (type(data) is not type(r_data) or data != r_data):
            return None
        stack += zip(kids, r_kids, strict=True)
    return pairs


def _bare(module: Module, offset: int) -> int:
    """Without the metadata around it."""
    while module.term(offset)[0] == m.MDATA:
        offset = module.term(offset)[1][0]
    return offset


def _same_level(left: Module, l_root: int, right: Module, r_root: int) -> bool:
    stack, seen = [(l_root, r_root)], set[tuple[int, int]]()
    while stack:
        pair = stack.pop()
        if pair in seen:
            continue
        seen.add(pair)
        tag, *parts = left.level(pair[0])
        other, *r_parts = right.level(pair[1])
        if tag != other:
            return False
        if tag == m.PARAM:
            if parts != r_parts:
                return False
        else:
            stack += zip(parts, r_parts, strict=True)
    return True
