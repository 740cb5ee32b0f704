# `make` alone lists the targets. Each one first makes .venv as constraints.txt pins it.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test slow chaos lint bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: pyproject.toml constraints.txt
	@test -d .venv || $(PYTHON) -m venv .venv
	@echo "installing into .venv (once; a minute or two)"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

run: .venv/installed ## fetch, check, load, publish and tell every source (code 1 says that new contradictions were found)
	@$(BIN)/cuadra run || test $$? -eq 1

test: .venv/installed ## run the tests, some minutes
	@$(BIN)/python -m pytest -n 2 -m "not slow"

slow: .venv/installed ## run the tests with real servers, kills, bombs and a wheel, some minutes more
	@$(BIN)/python -m pytest -n 2 -m slow

chaos: .venv/installed ## kill runs and `serve` at random and at each step, and count what is lost (about half an hour)
	@CUADRA_KILLS=20 $(BIN)/python -m pytest -n0 tests/chaos/chaos_*.py tests/flows/test_chaos.py

lint: .venv/installed ## ruff, mypy, import-linter, sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint checks flows sources tests warehouse

bench: .venv/installed ## measure, as ratios in one run: the engine, explanations, other tools, loading, a whole run (many minutes)
	@$(BIN)/python tests/benchmarks/bench_engine.py
	@$(BIN)/python tests/benchmarks/bench_explain.py
	@$(BIN)/python tests/benchmarks/bench_peers.py
	@$(BIN)/python tests/benchmarks/bench_load.py
	@$(BIN)/python tests/benchmarks/bench_run.py 3

clean: ## remove the environment and caches (never data)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
