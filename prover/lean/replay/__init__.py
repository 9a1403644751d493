"""Replay: send every declaration of a compiled module through Lean's kernel once more, rebuilt from the file's bytes.

`region` and `module` read an `.olean` strictly, in pure Python; `axioms` follows what each constant rests on;
`library` binds the few functions of Lean's shared library that make terms and ask the kernel; `environment` rebuilds
and checks; `expect` compares with a reference that leaves theorems open; `__main__` is the process. No byte of a
checked file is mapped into Lean, so cached hashes, loose-variable ranges and flags in it are not trusted either.

Limits: it is the same kernel once more on recomputed terms in its own process, not a second kernel. Layout and exports
are those of Lean 4.35.0 (checked); files of any other version are refused. Imports nothing but the standard library.
"""
