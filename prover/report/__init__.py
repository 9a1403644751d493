"""`prover report`: one self-contained page about a run, or about several side by side.

`record` reads run folders, `failures` names what went wrong, `metrics` counts and compares, `plots` draws, `tree`
orders what a search did, `explorer` packs every problem for the page's script, `page` puts it together; `live` says
where a run stands at this moment. Nothing here asks Lean or a model anything.
"""

from prover.report.page import write_report

__all__ = ["write_report"]
