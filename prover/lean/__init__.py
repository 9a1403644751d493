"""Lean behind one seam: toolchains, processes, the checker."""
