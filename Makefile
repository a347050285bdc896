# Two commands matter: `make demo` shows what Inkbetween does, `make test` proves that it works. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Blender 4.3 to 5.0, and so bpy, run on Python 3.11 alone.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
MATRIX ?= 4.3.0 4.5.15 5.0.1
TYPES := .mypy_cache/src
READY := $(VENV)/.ready

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environment -----------------------------------------------------------------------------------------------------

.PHONY: venv
venv: $(READY) ## Create .venv with pinned dependencies and this folder as the package `inkbetween`

$(READY): requirements-dev.txt requirements-train.txt requirements-batch.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed (bpy runs on no other): install it, or call 'make PYTHON=/path/to/python3.11 …'."; exit 1; }
	@echo "==> Setting up $(VENV) (the first time fetches Blender as a module, about 350 MB, and PyTorch)"
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	@$(PY) $(PIP_INSTALL) -r requirements-dev.txt
	@$(PY) $(PIP_INSTALL) --no-build-isolation --no-deps --editable .
	@rm -rf build/bdist.* build/lib
	@$(PY) -c "import bpy" || { echo "Blender's module does not load: a system library is missing, see README.md, 'What the machine needs'."; exit 1; }
	@touch $@

# One environment per Blender version: .venvs/bpy-4.3.0 and so on. NumPy and pytest beside bpy, nothing else, so that
# a test that needs OpenCV, SciPy or torch fails here.
.venvs/bpy-%/.ready: requirements-dev.txt requirements-train.txt requirements-batch.txt pyproject.toml
	@echo "==> Setting up .venvs/bpy-$*"
	@[ -x .venvs/bpy-$*/bin/python ] || $(PYTHON) -m venv .venvs/bpy-$*
	@.venvs/bpy-$*/bin/python $(PIP_INSTALL) bpy==$* $$(grep -hE '^(numpy|pytest|setuptools)==' requirements-dev.txt requirements-train.txt)
	@.venvs/bpy-$*/bin/python $(PIP_INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

# --- what it does ----------------------------------------------------------------------------------------------------

.PHONY: demo
demo: $(READY) ## Tween the sample scenes in headless Blender and draw the result (.blend, contact sheet, GIF)
	@$(PY) -m inkbetween.tools.demo

.PHONY: bench
bench: $(READY) ## Measure beside Blender's Interpolate, hold and one-to-one matching (BENCH=folder, BENCH_ARGS=…)
	@$(PY) -m inkbetween.tools.bench $(if $(BENCH),$(BENCH)) $(BENCH_ARGS)

# --- checks ----------------------------------------------------------------------------------------------------------

.PHONY: test
test: lint ## All checks: lint, format, types, then the unit tests and the tests in headless Blender
	@echo "==> Tests: tests/unit (the engine alone), tests/blender (real Blender, headless)"
	@$(PY) -m pytest tests/unit tests/blender -q $(PYTEST_ARGS)
	@echo "==> All checks passed"

.PHONY: lint
lint: $(READY) ## Lint, format and types only
	@echo "==> Lint and format (ruff), types (mypy)"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@mkdir -p $(TYPES) && ln -sfn ../.. $(TYPES)/inkbetween
	@$(PY) -m mypy | sed 's#^$(TYPES)/inkbetween/##'

.PHONY: format
format: $(READY) ## Let ruff put the code in order
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

.PHONY: test-matrix
test-matrix: $(foreach v,$(MATRIX),.venvs/bpy-$(v)/.ready) ## The tests in headless Blender 4.3.0, 4.5.15 and 5.0.1 (MATRIX="…" for fewer)
	@failed=; for v in $(MATRIX); do \
	  echo "==> tests/blender in bpy $$v"; \
	  .venvs/bpy-$$v/bin/python -m pytest tests/blender -q -p no:cacheprovider $(PYTEST_ARGS) || failed="$$failed $$v"; \
	done; \
	[ -z "$$failed" ] || { echo "==> FAILED in bpy$$failed"; exit 1; }; echo "==> Passed in bpy $(MATRIX)"

.PHONY: gui-test
gui-test: $(READY) ## Clicks and undo in a real Blender window (INKBETWEEN_GUI_ROOT=folder with Blender, see docs/developers.md)
	@[ -n "$${INKBETWEEN_GUI_ROOT:-}" ] || { echo "Set INKBETWEEN_GUI_ROOT to a root folder that has Blender installed; docs/developers.md says how."; exit 1; }
	@$(PY) -m pytest tests/gui -q $(PYTEST_ARGS)

# --- training ---------------------------------------------------------------------------------------------------------

TRAINING ?= build/training
CHARACTERS ?= ../shared/data/characters3d
MOCAP ?= ../shared/data/mocap
TASKS ?= correspondence motion joints
TRAIN := $(PY) -m inkbetween.training

.PHONY: train-data
train-data: $(READY) ## Make what is learnt from: clips of figures and of 3D characters, then redrawn pairs (TRAINING=folder)
	@echo "==> Clips of drawn figures, clips of rigged characters (CHARACTERS=folder), pairs; what is there stays"
	@$(PY) -m inkbetween.training.commands.figures --out $(TRAINING)/clips $(FIGURES_ARGS)
	@if [ -f $(CHARACTERS)/INDEX.csv ]; then \
	  $(PY) -m inkbetween.training.lineart.draw --data $(CHARACTERS) --out $(TRAINING)/clips $(LINEART_ARGS); \
	  $(PY) -m inkbetween.training.commands.motions --data $(CHARACTERS) --out $(TRAINING)/motions; \
	else echo "==> No rigged characters in $(CHARACTERS): figures alone"; fi
	@$(PY) -m inkbetween.training.commands.joint_views --out $(TRAINING)/joint_views --count 420 \
	  $(if $(wildcard $(CHARACTERS)/INDEX.csv),--data $(CHARACTERS)) $(if $(wildcard $(MOCAP)),--mocap $(MOCAP))
	@$(TRAIN) pairs --clips $(TRAINING)/clips --folder $(TRAINING)/pairs $(PAIRS_ARGS)

.PHONY: train
train: $(READY) ## Train the networks, or go on where training was interrupted (TASKS="…" TRAIN_ARGS="--minutes 60 …")
	@for task in $(TASKS); do \
	  echo "==> Training $$task in $(TRAINING)/$$task"; \
	  $(TRAIN) train $$task --pairs $(TRAINING)/pairs $(if $(wildcard $(TRAINING)/motions),--motions $(TRAINING)/motions) $(if $(wildcard $(TRAINING)/joint_views),--views $(TRAINING)/joint_views) --folder $(TRAINING)/$$task $(TRAIN_ARGS) || exit 1; \
	done

.PHONY: train-smoke
train-smoke: $(READY) ## Within a minute: does training work at all? Tiny networks, a few figures
	@rm -rf build/train-smoke
	@$(TRAIN) smoke --folder build/train-smoke

# --- the extension ---------------------------------------------------------------------------------------------------

.PHONY: extension
extension: $(READY) ## Build the zip, validate it, install it in a fresh headless Blender, run Tween there, time registering
	@$(PY) -m inkbetween.tools.extension check --register-runs 5

.PHONY: extension-blender
extension-blender: $(READY) ## The same zip in another Blender (INKBETWEEN_BLENDER=program or INKBETWEEN_GUI_ROOT=folder)
	@$(PY) -m inkbetween.tools.extension check-blender

.PHONY: bench-register
bench-register: $(READY) ## How long registering takes beyond Blender's own start
	@$(PY) -m inkbetween.tools.extension register-time --register-runs 9

.PHONY: clean
clean: ## Remove what the commands above made; environments stay
	rm -rf build .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## Remove the environments, too
	rm -rf .venv .venvs
