"""Lean repositories as data: theorems, their proofs, and what each rests on.

`light` reads any Lean project with Lean's own reference data, `leandojo` has lean-dojo do it where that can,
`premises` is the graph over the result.
"""
