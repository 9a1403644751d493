"""Strategies: one async function a kind of policy, which proposes at a `Desk` and says why it came to its end."""
