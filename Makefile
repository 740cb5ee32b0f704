# `make` alone lists the targets. Each one first makes .venv as constraints.txt pins it: what running needs, and for
# the others what developing needs too.
PYTHON ?= python3
BIN := .venv/bin

# What is imported is compiled once, not by each process anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test slow chaos lint bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# Without compiling what is never imported, the environment is a third smaller and sooner there.
.venv/installed: pyproject.toml constraints.txt
	@test -d .venv || $(PYTHON) -m venv .venv
	@echo "installing into .venv (once; a minute or so)"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	@echo "installing what tests need into .venv (once; half a minute)"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --group dev
	@touch $@

run: .venv/installed ## fetch, check, load, publish and tell every source (code 1 says that new contradictions were found)
	@$(BIN)/cuadra run || test $$? -eq 1

test: .venv/installed-dev ## run the tests, some minutes
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --cov --cov-report=

# What reads Parquet back is kept apart: where it can be imported, pandas keeps words in another way.
.venv/arrow: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --no-deps --constraint constraints.txt --target $@ pyarrow
	@touch $@

slow: .venv/installed-dev .venv/arrow ## run the tests with real servers, kills, bombs and a wheel, and properties on many examples, some minutes more
	@CUADRA_TESTS=thorough $(BIN)/python -m pytest -n 2 --dist worksteal -m "slow or hypothesis"

chaos: .venv/installed-dev ## kill runs and `serve` at random and at each step, and count what is lost (about half an hour)
	@CUADRA_KILLS=20 $(BIN)/python -m pytest -n0 tests/chaos/chaos_*.py tests/flows/test_chaos.py

lint: .venv/installed-dev ## ruff, mypy, import-linter, sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint checks flows sources tests warehouse

bench: .venv/installed-dev ## measure, as ratios in one run: the engine, explanations, other tools, loading, pages, a whole run (many minutes)
	@$(BIN)/python tests/benchmarks/bench_engine.py
	@$(BIN)/python tests/benchmarks/bench_explain.py
	@$(BIN)/python tests/benchmarks/bench_check.py
	@$(BIN)/python tests/benchmarks/bench_scale.py
	@$(BIN)/python tests/benchmarks/bench_peers.py
	@$(BIN)/python tests/benchmarks/bench_load.py
	@$(BIN)/python tests/benchmarks/bench_pages.py
	@$(BIN)/python tests/benchmarks/bench_start.py
	@$(BIN)/python tests/benchmarks/bench_run.py 3

clean: ## remove the environment and caches (never data)
	@rm -rf .venv .coverage .pytest_cache .mypy_cache .ruff_cache
