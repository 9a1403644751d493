"""The dataset-generation job: from problems in words and Lean statements to a data set of checked proofs.

`sources` says what comes in, `stages` how each step keeps what it came to and goes on after a kill, `job` puts the
steps in order: formalize, screen, prove or refute, audit, weave, deduplicate, decontaminate, split, export. Whatever is
left out on the way is listed with its reason.
"""
