# `make help` lists what there is. Everything is built from nothing: only Python >= 3.11 and make have to be there.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BENCH_SIZE ?= small
ARGS ?=

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
# Stamps say when a lock was last installed; they live in the environment, so that removing it removes them.
RUNTIME := .venv/.runtime
DEV := .venv/.dev
ASSETS := tracker/static/vendor/.built
ICONS := tracker/static/vendor/bootstrap-icons.svg
PAGES := $(wildcard templates/*.html templates/*/*.html)
CODE := tracker migrations tests bench scripts config.py wsgi.py
CATALOGS := $(wildcard tracker/translations/*/LC_MESSAGES/*.po)

export PYTHONUTF8 := 1

##@ Running

serve: setup ## the site with reference data and demo accounts, on http://127.0.0.1:8000 (HOST=, PORT=)
	@HOST='$(HOST)' PORT='$(PORT)' $(PY) -m scripts.serve

setup: $(RUNTIME) $(ASSETS) $(ICONS) $(CATALOGS:.po=.mo) ## environment, packages, assets
	@:

##@ Tests and checks

test: setup $(DEV) ## the whole suite: SQLite, PostgreSQL, browser (ARGS= goes to pytest)
	@$(PY) -m pytest -n logical --maxprocesses 8 --dist worksteal $(ARGS)

check: setup $(DEV) ## format, lint, types, import rules, templates, catalogs, migrations
	@$(PY) -m scripts.check

check-migrations: setup $(DEV) ## the Alembic history only: up, down, up, and head equals the models
	@$(PY) -m pytest -q tests/test_migrations.py

format: $(DEV) ## rewrite the code in the project's format
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

bench: setup $(DEV) ## the benchmark table (BENCH_SIZE=small|full)
	@BENCH_SIZE='$(BENCH_SIZE)' $(PY) -m bench

##@ Upkeep

messages: $(DEV) ## bring the catalogs up to date with the texts in code and templates
	@$(PY) -m scripts.messages

lock: $(DEV) ## compile the locks anew, with the newest versions allowed
	@$(PY) -m scripts.lock

clean: ## remove everything that was built; the database in instance/ stays
	rm -rf .venv node_modules tracker/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -f tracker/translations/*/LC_MESSAGES/*.mo

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

# Nothing but the file itself is asked for: a broken link (Python upgraded underneath) counts as missing.
$(PY):
	@$(PYTHON) scripts/make_venv.py .venv

$(RUNTIME): requirements.txt requirements-bootstrap.txt | $(PY)
	@$(PY) -m scripts.install requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@$(PY) -m scripts.install requirements-dev.txt
	@touch $@

$(ASSETS): package-lock.json package.json requirements-assets.txt scripts/build_assets.py scripts/build_fonts.py scripts/build_map.py | $(RUNTIME)
	@$(PY) -m scripts.build_assets
	@touch $@

$(ICONS): $(ASSETS) $(PAGES) scripts/build_icons.py
	@$(PY) -m scripts.build_icons

%.mo: %.po | $(RUNTIME)
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@

.PHONY: serve setup test check check-migrations format bench messages lock clean help
