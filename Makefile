# The two commands: `make render` builds the review, `make test` runs every test.
# Both make .venv from requirements.lock when it is missing or out of date.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help render test check audit lint bench bench-scale doctor lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

render: $(STAMP) ## Build the review: _output/index.html, .pdf, .docx, .xml and figures/
	@$(BIN)/galley render

test: $(STAMP) ## Run every test, on all processors (browser tests where there is a Chromium)
	@sh tests/browser/chromium.sh
	@$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

check: render ## Check the review and what was rendered of it, strictly
	@$(BIN)/galley check --strict --executed

audit: $(STAMP) ## Audit the source article again: make audit ARTICLE=article.txt
	@test -n "$(ARTICLE)" || { echo "say where its text is: make audit ARTICLE=article.txt"; exit 2; }
	@GALLEY_ARTICLE="$(ARTICLE)" $(BIN)/python -m pytest $(PYTEST_ARGS) tests/again/article.py

lint: $(STAMP) ## Check style and types: ruff and mypy, strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP) ## Measure builds, edits and the statistics; writes benchmarks/
	@$(BIN)/python benchmarks/build.py
	@$(BIN)/python benchmarks/edits.py
	@$(BIN)/python benchmarks/reconstruct.py
	@$(BIN)/python benchmarks/stats.py

bench-scale: $(STAMP) ## Measure builds of 20 to 200 chapters (half an hour); writes benchmarks/
	@$(BIN)/python benchmarks/scale.py

doctor: $(STAMP) ## Say what was found on this machine and what is missing
	@$(BIN)/galley doctor

lock: ## Resolve the dependencies anew (needs uv); no address is written
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
	  --upgrade --output-file requirements.lock

clean: ## Remove outputs and caches, keep .venv
	rm -rf _output .galley .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamp is written last: an interrupted installation is begun again.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "galleyproof needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Installing the locked packages into $(VENV) (once)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "python3 -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --no-build-isolation --editable .
	@touch $@
