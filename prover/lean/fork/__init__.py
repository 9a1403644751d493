"""A process that has Lean loaded and forks: `__main__` serves, `frontend` drives Lean; `prover.lean.zygote` starts it.

Both files import nothing of ours, so that a sandbox need only show this folder, Python and Lean's shared library.
"""
