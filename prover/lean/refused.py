"""The vocabulary of the token gate: what a submission may not say, and why. Data only.

A word that begins a command is reserved wherever the syntax that owns it is loaded, so no honest proof for
Mathlib can use it as a name; refusing it everywhere costs nothing and does not depend on where Lean would end
a proof.
"""

from __future__ import annotations

_GROUPS: dict[str, str] = {
    "runs a program while Lean elaborates": """
        run_cmd run_elab run_meta run_tac by_elab initialize builtin_initialize include_str include_bytes
        test_extern set_library_suggestions set_premise_selector dbg_trace dbgTrace dbg_trace_if_shared
        dbgTraceIfShared dbgTraceVal dbgSleep dbg_stack println! unsafeIO unsafePerformIO polyrith
        bv_check""",
    "changes the syntax or what it means": """
        macro macro_rules syntax notation notation3 infix infixl infixr prefix postfix elab elab_rules
        elab_stx_quot declare_syntax_cat binder_predicate unif_hint unification_hint deprecated_syntax
        recommended_spelling tactic_extension simproc dsimproc simproc_decl dsimproc_decl
        cbv_simproc cbv_simproc_decl grind_propagator grind_pattern grind_annotated grind_tactic add_decl_doc
        extend_docs docs_to_verso declare_simp_like_tactic add_aesop_rules erase_aesop_rules
        insert_to_additive_translation insert_to_dual_translation initialize_simps_projections
        declare_aesop_rule_sets library_note show_panel_widgets set_config""",
    "declares something that is not proved": "axiom opaque init_quot proof_wanted",
    "puts compiled code in the place of a proof": """
        unsafe partial implemented_by extern native_decide native bv_decide bv_decide? ofReduceBool
        Lean.ofReduceBool Lean.ofReduceNat Lean.trustCompiler Lean.reduceBool Lean.reduceNat""",
    "reaches beyond one declaration": """
        variable variables universe universes include omit namespace section end mutual export attribute local
        scoped instance deriving alias seal unseal suppress_compilation unsuppress_compilation
        with_weak_namespace unset_option sudo public meta irreducible_def gen_injective_theorems
        mk_iff_of_inductive_prop compile_inductive compile_def recall assert_exists assert_not_exists
        assert_not_imported deprecated_module suggest_premises whatsnew""",
    "is not a declaration that a submission may make": """
        inductive coinductive structure class example import prelude""",
    "leaves the proof open": """
        admit stop exact? exact?% apply? rw? rw?? rw_search have? observe observe? observe?? try?""",
}

REFUSED: dict[str, str] = {word: reason for reason, words in _GROUPS.items() for word in words.split()}
"""Word → why a submission may not hold it."""

PREFIXES = ("register_", "declare_", "builtin_")
"""What else a word may not begin with: commands that extend Lean."""

ANYWHERE: tuple[str, ...] = (
    "run_cmd",
    "run_elab",
    "run_meta",
    "run_tac",
    "by_elab",
    "implemented_by",
    "skipKernelTC",
)
"""Refused even inside a comment, in case Lean and our lexer should disagree on where one ends."""

ADJACENT_PERCENT = frozenset({"eval", "simproc_pattern", "dsimproc_pattern", "reset_grind_attrs"})
"""Words that Lean reads as one token with a `%` right behind them."""

DECLARATIONS = frozenset({"theorem", "lemma", "def", "abbrev"})
MODIFIERS = frozenset({"private", "protected", "noncomputable", "nonrec"})
CONTINUATIONS = frozenset(
    {"termination_by", "decreasing_by", "where", "by", "from", "with", "else", "then", "in"}
)
"""Words that may stand at the left margin and go on with the declaration above."""

OPENERS = frozenset(
    {"by", "from", "fun", "then", "else", "do", "show", "have", "let", "match", "with", "at", "where"}
)
"""Words after which a term or tactic must follow, so that the next one begins no command."""

_ATTRIBUTES = """
    simp ext norm_cast push_cast gcongr mono fun_prop continuity measurability aesop grind inline reducible
    irreducible semireducible elab_as_elim refl symm trans congr simps match_pattern specialize always_inline
    nolint safe norm apply forward destruct cases high low mid default elim move squash
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""What may stand in `@[…]`, besides numbers, arrows, `=`, `_`, `%` and commas."""

OPTIONS: dict[str, int | None] = {
    "maxRecDepth": 1_000_000,
    "maxHeartbeats": 4_000_000,
    "synthInstance.maxHeartbeats": 4_000_000,
    "synthInstance.maxSize": 100_000,
    "exponentiation.threshold": 10_000,
    "linter.": None,
}
"""Options that a submission may set, with the largest value (0 means no limit to Lean and is refused)."""

_FILE_WORDS = """
    variable variables universe universes include omit namespace section end mutual export attribute local scoped
    instance deriving alias seal unseal suppress_compilation unsuppress_compilation public irreducible_def recall
    inductive coinductive structure class example
    admit stop exact? exact?% apply? rw? rw?? rw_search have? observe observe? observe?? try?
"""
FILE_WORDS = frozenset(_FILE_WORDS.split())
"""Of the words above, those that a whole file may hold: nothing stands below it whose meaning they could change."""

FILE_MARGIN = FILE_WORDS | {"open", "set_option", "deriving"}
"""What else may begin a command of a whole file."""

FILE_ATTRIBUTES = frozenset(
    {"instance", "local", "scoped", "class", "coe", "default_instance", "to_additive"}
)

FILE_COMMANDS = frozenset(
    {"check", "check_failure", "print", "synth", "reduce", "where", "help", "norm_num", "simp", "find"}
)
"""`#…` that ask, and run no program."""

FILE_OPTIONS: tuple[str, ...] = (
    "maxRecDepth",
    "maxHeartbeats",
    "synthInstance.",
    "exponentiation.threshold",
    "linter.",
    "pp.",
    "trace.",
    "profiler",
    "diagnostics",
    "autoImplicit",
    "relaxedAutoImplicit",
    "simprocs",
    "tactic.",
)
"""Options that a whole file may set to anything: our limits hold whatever it says."""
