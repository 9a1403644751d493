"""From words to Lean statements, and what tells a good statement from a bad one.

`elaborated` reads a statement as Lean understood it, `rules` are the linter's over that, `shape` makes equal statements
equal, `lint` puts all checks of one statement in order, cheap first. `formalize.formalize` makes statements from words;
`filters` and `equivalence` judge them, `result` holds its values, `run` works off many problems.
"""
