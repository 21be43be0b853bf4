# make run    teach the concert bot (BOT=sample_bots/formbot for another)
# make test   run the tests          TESTS=tests/core for some of them
# make bench  print figures        BENCH=start for one of them
# make check  formatting, lint, types, the floors of the house
# Every target sets up what it needs; nothing is done twice.

BOT ?= sample_bots/concertbot
TESTS ?= tests
BENCH ?=
SHELL := bash

VENV := .venv
INSTALLED := $(VENV)/.installed
RASA_CORE_SDK := .venv-rasa-core-sdk
RASA_CORE_SDK_INSTALLED := $(RASA_CORE_SDK)/.installed

# Tests that talk to the action server of 2018 find it here, and are skipped without it.
export TRAINER_TUI_RASA_CORE_SDK ?= $(CURDIR)/$(RASA_CORE_SDK)/bin/python

.PHONY: install run test check format bench golden rasa-core-sdk clean

install: $(INSTALLED)

run: install
	@$(VENV)/bin/trainer-tui $(BOT)

test: install rasa-core-sdk
	$(VENV)/bin/python -m pytest -n 2 $(TESTS)

check: install
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: install
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: install
	$(VENV)/bin/python -m bench $(BENCH)

# Accept what the screens and writers show now as what they should show; review it with git diff.
golden: install
	$(VENV)/bin/python -m pytest -n 2 $(TESTS) --update-golden

rasa-core-sdk: $(RASA_CORE_SDK_INSTALLED)

clean:
	rm -rf $(VENV) $(RASA_CORE_SDK) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# $(call environment,FOLDER): a virtual environment of Python 3.11 or newer there; one that works already is kept.
define environment
@if ! $(1)/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "making $(1) with $$(command -v $$python)"; \
			exec $$python -m venv --clear $(1); \
		fi; \
	done; \
	echo "trainer_tui needs Python 3.11 or newer, and no such python3 is on the PATH (found: $$(python3 --version 2>&1))." >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; \
	exit 1; \
fi
endef

$(INSTALLED): pyproject.toml
	$(call environment,$(VENV))
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[actions,dev]'
	@touch $@

# rasa_core_sdk 0.12.2 asks for libraries of its time, which do not build on a Python of today; it runs beside
# today's all the same, so pip is told not to resolve its requirements.
$(RASA_CORE_SDK_INSTALLED): Makefile
	$(call environment,$(RASA_CORE_SDK))
	$(RASA_CORE_SDK)/bin/python -m pip install --quiet --disable-pip-version-check \
		flask flask-cors gevent ConfigArgParse coloredlogs requests six future
	$(RASA_CORE_SDK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps rasa_core_sdk==0.12.2
	@touch $@
