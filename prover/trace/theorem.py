"""One traced theorem, and the shapes of the field that it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Use:
    """A constant that a theorem's source names: in its statement, or in its proof."""

    name: str
    module: str
    in_statement: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One tactic of a proof, with the goals before and after it as Lean prints them."""

    tactic: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TracedTheorem:
    """`statement` is the signature, `proof` what stands after `:=`; `name` is the full one, namespaces resolved."""

    name: str
    keyword: str
    statement: str
    proof: str
    words: str
    """Its doc comment without delimiters."""
    file: str
    """Relative to the traced folder, with `/`."""
    line: int
    module: str
    uses: tuple[Use, ...]
    context: str = ""
    """What is in force where it stands, as a preamble: `open`s (of its namespaces too), variables, options."""
    imports: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    commit: str = ""
    source: str = ""

    def theorem_llama(self) -> dict[str, Any]:
        """TheoremLlama's extraction (arXiv 2407.03203): one Mathlib theorem with where it stands."""
        return {
            "Name": self.name,
            "Statement": f"{self.keyword} {self.name} {self.statement}",
            "Proof": self.proof,
            "File_path": self.file,
            "Commit": self.commit,
            "Informal_statement": self.words,
            "Informal_proof": "",
        }

    def leandojo(self) -> dict[str, Any]:
        """LeanDojo's benchmark row (arXiv 2306.15626): traced tactics, if it was stepped through."""
        return {
            "url": self.source,
            "commit": self.commit,
            "file_path": self.file,
            "full_name": self.name,
            "start": [self.line, 1],
            "traced_tactics": [
                {"tactic": step.tactic, "state_before": step.before, "state_after": step.after}
                for step in self.steps
            ],
        }

    def premises(self) -> dict[str, Any]:
        """ReProver's premise data: what a theorem's proof was built from."""
        return {
            "full_name": self.name,
            "file_path": self.file,
            "premises": [
                {"full_name": use.name, "module": use.module} for use in self.uses if not use.in_statement
            ],
            "statement_premises": [
                {"full_name": use.name, "module": use.module} for use in self.uses if use.in_statement
            ],
        }
