# Plumbline. `make help` lists what there is; `make demo` and `make test` need only git, Python 3.11+ and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
HOME_DIR ?= .plumb
PORT ?= 8080
IMAGES ?=
# where pip finds the CPU build of torch; the packages of a GPU are never installed here
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

PY := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.installed web/node_modules/.installed ## Install everything into this folder

.venv/.installed: requirements.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Plumbline needs Python 3.11 or newer')"
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --no-deps --retries 1 --extra-index-url $(TORCH_INDEX) $$(grep '^torch==' requirements.lock)
	$(PY) -m pip install --quiet --no-deps --ignore-requires-python --progress-bar on $$(grep -v '^torch==' requirements.lock)
	$(PY) -m pip install --quiet --no-deps --editable sdk --editable formats
	printf '%s\n' $(CURDIR) $(CURDIR)/gen > $$($(PY) -c "import sysconfig; print(sysconfig.get_path('purelib'))")/plumbline-checkout.pth
	touch $@

.venv-mlflow/.installed: tests/mlflow/requirements.lock
	$(PYTHON) -m venv .venv-mlflow
	.venv-mlflow/bin/pip install --quiet --no-deps --retries 1 --extra-index-url $(TORCH_INDEX) $$(grep '^torch==' $<)
	.venv-mlflow/bin/pip install --quiet --no-deps $$(grep -v '^torch==' $<)
	touch $@

.venv-formats/.installed: benchmarks/formats-requirements.lock
	$(PYTHON) -m venv .venv-formats
	.venv-formats/bin/pip install --quiet --no-deps --requirement $<
	touch $@

mlflow: .venv-mlflow/.installed ## Install the MLflow client and server that tests and benchmarks compare with

web/node_modules/.installed: web/package-lock.json .venv/.installed
	$(PY) -m tools.node
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build

web: web/dist/index.html ## Build the web UI

up: setup web ## Start the platform on this machine (PORT=8080, HOME_DIR=.plumb) until Ctrl-C
	$(PY) -m embedded up --home $(HOME_DIR) --port $(PORT)

demo: setup web ## Run the main job end to end (IMAGES=folder of magnetic-tile photographs, else generated ones)
	$(PY) -m demo --home $(HOME_DIR) $(if $(IMAGES),--images $(IMAGES))

test: setup check web mlflow ## Run all tests
	$(PY) -m tools.browser
	$(PY) -m pytest tests

check: setup ## Format, lint, types, import rules, generated code, contract (fast)
	ruff format --check --quiet .
	ruff check --quiet .
	mypy
	lint-imports --no-cache
	$(PY) -m tools.lints
	$(PY) -m tools.gen --check
	$(PY) -m tools.openapi --check
	$(PY) -m tools.catalogue --check
	$(PY) -m tools.recipes --check
	$(PY) -m tools.formats --check
	cd proto && ../web/node_modules/.bin/buf lint
	cd web && npm run --silent check

format: setup ## Format the code
	ruff format --quiet .
	ruff check --quiet --fix .

gen: setup ## Regenerate gen/ from proto/ and the TypeScript types from it
	$(PY) -m tools.gen
	$(PY) -m tools.openapi
	$(PY) -m tools.catalogue
	$(PY) -m tools.recipes
	$(PY) -m tools.formats
	cd web && npm run --silent gen

oracles: setup .venv-formats/.installed ## Ask other libraries again what the recorded tests of formats say they say
	$(PY) -m tests.formats.oracles.record .venv-formats/bin/python --check

bench: setup .venv-mlflow/.installed .venv-formats/.installed ## Ratios against mlflow server and Datumaro (ONLY=chart: one benchmark)
	$(PY) -m benchmarks $(ONLY)

breaking: setup ## Compare the contract with AGAINST (a git ref)
	cd proto && ../web/node_modules/.bin/buf breaking --against '../.git#ref=$(or $(AGAINST),HEAD),subdir=proto'

lock: ## Write requirements.lock from what is installed
	$(PY) -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

clean: ## Remove everything that was installed or built (not the state of the platform)
	rm -rf .venv .venv-mlflow .venv-formats web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup mlflow web up demo test check format gen oracles bench breaking lock clean
