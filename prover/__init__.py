"""A formal theorem-proving pipeline with Lean 4 as the judge."""

__version__ = "0.1.0"
