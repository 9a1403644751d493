"""`python -m prover` is the command `prover`."""

from __future__ import annotations

import sys

from prover.cli import main

sys.exit(main())
