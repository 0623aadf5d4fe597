# The targets that people and scripts rely on; each installs what it needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup run test test-fast check audit bench lock pictures rights events rooms

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv

$(STAMP): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make setup PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## Start everything, print the addresses, demo people and letters on the first start
	$(BIN)/letterbox up --demo

check: setup ## Lint, types, import contracts, house tests: seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m webapp.build
	$(BIN)/pytest -q tests/house

test: setup ## All tests, installing what they need (Chromium, CJK fonts)
	$(BIN)/python tests/support/stack/needs.py
	$(BIN)/python -m webapp.build
	$(BIN)/python -m tests.side_by_side

test-fast: setup ## Tests of units, the house and the pages: all but the process suite and the browser
	$(BIN)/python -m webapp.build
	$(BIN)/python -m tests.side_by_side fast

audit: setup ## Compare the locks with published advisories; says what it could not ask (exit code 3)
	$(BIN)/python requirements/audit.py

bench: setup ## Measure; see benchmarks/README.md
	$(BIN)/python -m benchmarks.whole_way --help

lock: setup ## Renew the lock files from pyproject.toml
	$(BIN)/pip-compile -q --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --extra dev -o requirements/dev.lock pyproject.toml
	$(BIN)/pip-compile -q --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras -c requirements/dev.lock -o requirements/runtime.lock pyproject.toml

pictures: setup ## Draw docs/pictures from the diagrams
	$(BIN)/python docs/pictures/render.py

rights: setup ## Write docs/reference/rights.md from the code
	$(BIN)/python -m tests.house.rights_page

events: setup ## Write docs/reference/events.md from the classes of events
	$(BIN)/python -m tests.house.events_page

rooms: setup ## Write the map of docs/explanation/architecture.md from the rooms' sentences
	$(BIN)/python -m tests.house.rooms_page
