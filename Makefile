# Three commands do everything: `make run`, `make view` and `make test`. They build .venv first, once.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# PYTHON=... on the command line names the interpreter; else the first that fits is taken.
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3.14 python3.15 python3 python)

.PHONY: run view install test lint clean

run: install
	@$(BIN)/liandong demo

view: $(VENV)/.view
	@$(BIN)/liandong view

install: $(VENV)/.core

test: $(VENV)/.test
	@$(BIN)/python -m pytest -q -n auto -m "not slow"

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict sim

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@for python in $(CANDIDATES); do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 15))' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { lacking=$$python; continue; }; \
	  echo "Building $(VENV) with $$("$$python" --version)"; \
	  exec "$$python" -m venv $(VENV); \
	done; \
	if [ -n "$$lacking" ]; then \
	  echo "$$lacking cannot build virtual environments: install python3-venv (apt install python3-venv), then repeat."; \
	else \
	  echo "No Python 3.11 to 3.15 among: $(CANDIDATES). Install one, or say PYTHON=/path/to/python, then repeat."; \
	fi >&2; exit 1

# The exact versions that the tests ran with; where the registry lacks one of them, the newest that fits.
define put
	@echo "Installing Liandong $(2)"; \
	version=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	locked=constraints/py$$version.txt; \
	[ -f $$locked ] && $(PIP) -c $$locked -e '$(1)' 2>$(VENV)/pip.log && exit 0; \
	if [ -f $$locked ] && ! grep -qE 'No matching distribution|Could not find a version|conflict' $(VENV)/pip.log; then \
	  cat $(VENV)/pip.log >&2; exit 1; \
	fi; \
	echo "The exact versions for Python $$version are not to be had here; taking what fits." >&2; \
	$(PIP) -e '$(1)'
endef

$(VENV)/.core: $(VENV)/bin/python pyproject.toml $(wildcard constraints/*.txt)
	$(call put,.,)
	@touch $@

$(VENV)/.view: $(VENV)/bin/python pyproject.toml $(wildcard constraints/*.txt)
	$(call put,.[view],with its pages)
	@touch $(VENV)/.core $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml $(wildcard constraints/*.txt)
	$(call put,.[test],with what its tests need)
	@touch $(VENV)/.core $@
