"""Learning from examples and from the checker: recipes, supervised fine-tuning, reinforcement learning.

`prover.train.recipe` and `prover.train.plan` are plain data and load nothing heavy; torch, transformers, peft and TRL
are imported by the functions that train.
"""
