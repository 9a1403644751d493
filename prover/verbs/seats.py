"""The models of a call by role: what verbs use of `prover.search.seats`."""

from __future__ import annotations

from prover.search.seats import EXAMPLE, ROLES, Seats, open_seats, specs_of

__all__ = ["EXAMPLE", "ROLES", "Seats", "open_seats", "specs_of"]
