# One virtual environment, made once and reused. `make` alone lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Apart from the other one: vLLM fixes the versions of much that it builds on.
VLLM_VENV ?= .venv-vllm
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

COMMA := ,
ABLATE = $(BIN)/prover iterate --profile core --jobs $(JOBS) scripts/ablation

.DEFAULT_GOAL := help
# The model that `make eval-minif2f` asks after the hammer: the embedded one where PyTorch is installed. MODEL=tiny
# installs it, MODEL= leaves it out.
MODEL ?= $(shell $(BIN)/python -c 'from importlib.util import find_spec as f; print("tiny" * bool(f("torch") and f("transformers")))' 2>/dev/null)

.PHONY: help setup setup-dev eval-minif2f tiny demo-problems demo ablation prove datagen test test-fast test-vllm test-kills check format docs bench soak mathlib mathlib-compat doctor clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) scripts/make_venv.py $(VENV)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(VENV)/.base $@

setup: $(VENV)/.base ## Make the virtual environment and compile the core library
	@$(BIN)/prover doctor

setup-dev: $(VENV)/.dev ## The same, with what the tests need

$(VENV)/.hf: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[hf]'
	@touch $(VENV)/.base $@

$(VENV)/.train: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[hf,train,report]'
	@touch $(VENV)/.base $@

eval-minif2f: $(VENV)/.base $(if $(filter command line,$(origin MODEL)),$(if $(MODEL),$(VENV)/.hf)) ## Evaluate miniF2F's test split (without Mathlib: the bundled core set); MODEL=tiny adds the embedded model
	@echo "$(if $(MODEL),the hammer$(COMMA) then the model $(MODEL),the hammer alone; \`make eval-minif2f MODEL=tiny\` adds the embedded neural prover (installs PyTorch))" >&2
	@$(BIN)/prover eval minif2f --split test --else core --jobs $(JOBS) $(if $(MODEL),--policy hammer-tiny --model $(MODEL)) $(ARGS)

tiny: $(VENV)/.train ## Make the embedded model anew: generate, prove, harvest, train, score (an hour or more on 2 cores; goes on where it was stopped)
	@$(BIN)/python scripts/make_tiny.py $(ARGS)

demo-problems: $(VENV)/.train
	@$(BIN)/prover data generate runs/demo-problems --seed 7 --train 9200 --false 0 >/dev/null

demo: demo-problems ## Watch a model learn from what was proved: three rounds and a control; ends in runs/demo/
	@$(BIN)/prover iterate data/models/tiny/demo.toml --profile core --out runs/demo --jobs $(JOBS) $(ARGS)

ablation: demo-problems ## Measure what each part of the learning is worth (half an hour on 2 cores); tables in runs/ablation/
	@$(ABLATE)/parts.toml --out runs/ablation/parts --ablate rarity,curriculum,block,words $(ARGS)
	@$(ABLATE)/repairs.toml --out runs/ablation/repairs --ablate repairs $(ARGS)
	@$(ABLATE)/samples.toml --out runs/ablation/samples --ablate samples $(ARGS)

prove: $(VENV)/.base ## Prove the statements of FILE=...
	@test -n "$(FILE)" || { echo "usage: make prove FILE=statements.lean" >&2; exit 2; }
	@$(BIN)/prover prove "$(FILE)" --jobs $(JOBS) $(ARGS)

$(VENV)/.data: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[export,report]'
	@touch $(VENV)/.base $@

DATAGEN_OUT ?= runs/datagen
datagen: $(VENV)/.data ## Make a data set from the bundled words, by a script in place of a model (2 minutes)
	@$(BIN)/prover datagen --words core:valid --against core:test --policy data/datagen/policy.toml \
	  --model scripted:data/datagen/script.jsonl --header data/datagen/header.lean \
	  --samples 2 --votes 1 --effort 0.2 --jobs $(JOBS) --out $(DATAGEN_OUT) $(ARGS)

doctor: $(VENV)/.base ## Say what works on this machine, and what mends the rest
	@$(BIN)/prover doctor

mathlib: ## Set up Lean and Mathlib for lean_project/ (needs elan and a network)
	@sh scripts/setup_mathlib.sh

mathlib-compat: $(VENV)/.base ## Read the bundled set in core and in Mathlib, and list the differences
	@$(BIN)/python scripts/mathlib_compat.py

soak: $(VENV)/.base ## 5,000 checks with hangs, crashes, memory bombs and floods mixed in; takes minutes
	@$(BIN)/prover bench soak --out soak.json $(ARGS)

bench: $(VENV)/.base ## Measure the checker; writes bench.json
	@$(BIN)/prover bench $(ARGS)

test: $(VENV)/.dev ## Run the tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-fast: $(VENV)/.dev ## Run the tests that need no Lean
	@$(BIN)/python -m pytest -n $(JOBS) -m 'not lean' $(ARGS)

test-kills: $(VENV)/.dev ## Kill runs at fifty random moments; SEED=... for others
	@PROVER_TEST_KILLS=50 PROVER_TEST_SEED=$(or $(SEED),1) $(BIN)/python -m pytest tests/test_resume_model.py tests/formalize/test_formalize_run.py tests/train/test_iterate_kill.py $(ARGS)

$(VLLM_VENV)/.vllm: pyproject.toml scripts/add_vllm.py
	@$(PYTHON) scripts/make_venv.py $(VLLM_VENV)
	@$(VLLM_VENV)/bin/python scripts/add_vllm.py
	@touch $@

test-vllm: $(VLLM_VENV)/.vllm ## Run the tests of the vLLM backend, on the CPU (an environment of its own, 4 GB)
	@VLLM_CPU_KVCACHE_SPACE=1 $(VLLM_VENV)/bin/python -m pytest -m vllm $(ARGS)

check: $(VENV)/.dev ## Lint, format check and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

$(VENV)/.docs: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $(VENV)/.base $@

docs: $(VENV)/.docs ## Build the documentation into build/docs/; any warning is an error
	@rm -rf docs/_api
	@$(BIN)/python -m sphinx -W --keep-going -q -d build/doctrees -b html docs build/docs
	@echo "build/docs/index.html"

format: $(VENV)/.dev ## Format the Python sources
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove the virtual environments (caches outside the folder stay)
	rm -rf $(VENV) $(VLLM_VENV)
