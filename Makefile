# Dateline from a fresh clone: `make ask Q="What did Russia object to?"`. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip install -qq --disable-pip-version-check

# The demonstration keeps its index inside the checkout, never in your own.
DEMO := .demo
AT_HOME := DATELINE_HOME="$$PWD/$(DEMO)"
SEEDS := $(wildcard seeds/*)

# A question reaches its recipe through the environment, as written: nothing in it is ever expanded or run.
unexport Q
export QUESTION := $(value Q)

.PHONY: help ask chat test lint gate bench reader clean

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14

ask: $(DEMO)/.built ## Q="…": answer a question from the demonstration article
	@if [ -z "$$QUESTION" ]; then echo 'Say what to ask: make ask Q="What did Russia object to?"' >&2; exit 2; fi
	@$(AT_HOME) $(RUN)/dateline ask -- "$$QUESTION"

chat: $(DEMO)/.built ## talk to the demonstration index
	@$(AT_HOME) $(RUN)/dateline chat

test: $(VENV)/.dev ## the tests, two files at a time
	@$(RUN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.dev ## ruff, formatting and types
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy

gate: $(VENV)/.dev ## the quick benchmarks, held against evals/floors.json
	@$(RUN)/python -m evals.gate

bench: $(VENV)/.dev ## the benchmarks, with the long form of the crash tests; ONLY="retrieval seeds" for some
	@$(RUN)/python -m evals.bench $(ONLY)

reader: $(VENV)/.dev ## train, export and fit the bundled reader anew from ../shared/data: hours on two cores
	@$(RUN)/python -m evals.bench retrieval
	@$(RUN)/python -m models.news_data ../shared/data/realtimeqa/articles.jsonl.xz .bench .bench/news.jsonl
	@$(RUN)/python -m models.train_reader ../shared/data .bench/reader --news .bench/news.jsonl
	@$(RUN)/python -m models.export_reader ../shared/data .bench/reader models/reader
	@$(RUN)/python -m models.fit_scale ../shared/data .bench models/reader

clean: ## remove the environment and the demonstration index; your own index is elsewhere and stays
	rm -rf $(VENV) $(DEMO) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dateline needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "First run: installing PyTorch and the rest into $(VENV); this takes a minute or two." >&2
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.installed
	@$(PIP) --editable '.[dev,telegram]'
	@touch $@

$(DEMO)/.built: $(VENV)/.installed $(SEEDS)
	@echo "First run: building the demonstration index from seeds/." >&2
	@$(AT_HOME) $(RUN)/dateline index add seeds >&2
	@touch $@
