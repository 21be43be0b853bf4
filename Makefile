# make run          teach the concert bot (BOT=sample_bots/formbot for another)
# make test         run the tests          TESTS=tests/core for some of them
# make storm        end sessions and damage journals by the hundred   KILLS, ENDS, DAMAGES, SEED
# make bench        print figures          BENCH=start for one of them, BENCH_BASE=FOLDER for another build beside it
# make check        formatting, lint, types, the floors of the house
# make soak         press random keys, use the mouse, paste, resize     KEYS, SEED
# make crawl        press every key that is bound in every state, at four sizes
# make lock         pin the newest versions that pyproject.toml allows in requirements/
# make test-newest  run the tests on those, with each Python that is found
# Every target sets up what it needs; nothing is done twice.

BOT ?= sample_bots/concertbot
TESTS ?= tests
BENCH ?=
KILLS ?= 60
ENDS ?= 200
DAMAGES ?= 3000
KEYS ?= 200000
SEED ?= 1
SHELL := bash

VENV := .venv
RUN_INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.installed-test
RASA_CORE_SDK := .venv-rasa-core-sdk
RASA_CORE_SDK_INSTALLED := $(RASA_CORE_SDK)/.installed
LOCK := .venv-lock
LOCK_INSTALLED := $(LOCK)/.installed
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

# Each of two processes begins with tests that stand together, since those share what is set up, and then takes from the other.
PYTEST := -m pytest -n 2 --dist worksteal

# Tests that talk to the action server of 2018 find it here, and are skipped without it.
export TRAINER_TUI_RASA_CORE_SDK ?= $(CURDIR)/$(RASA_CORE_SDK)/bin/python

# What is compiled is kept, whatever the environment says: the tests start the program hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install run test storm soak crawl check format bench golden rasa-core-sdk lock test-newest clean

install: $(RUN_INSTALLED)

run: $(RUN_INSTALLED)
	@$(VENV)/bin/trainer-tui $(if $(filter sample_bots/%,$(BOT)),--actions) $(BOT)

test: $(TEST_INSTALLED) rasa-core-sdk
	$(VENV)/bin/python $(PYTEST) $(TESTS)

# Not in CI. Kills, ends at any moment and damaged journals; every row of faults should be 0.
storm: $(TEST_INSTALLED)
	$(VENV)/bin/python -m tests.storm $(KILLS) $(ENDS) $(DAMAGES) $(SEED)

# Not in CI. Random keys, mouse events, pastes and sizes of the window, over six bots in a pseudo-terminal.
soak: $(TEST_INSTALLED)
	$(VENV)/bin/python -m tests.soak $(KEYS) $(SEED)

check: $(TEST_INSTALLED)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(TEST_INSTALLED)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

# Not in CI, where a part of it is. No key raises, and each is in the help.
crawl: $(TEST_INSTALLED)
	$(VENV)/bin/python -m tests.ui.crawl

bench: $(TEST_INSTALLED)
	$(VENV)/bin/python -m bench $(BENCH)

# Accept what the screens and writers show now as what they should show; review it with git diff.
golden: $(TEST_INSTALLED)
	$(VENV)/bin/python $(PYTEST) $(TESTS) --update-golden

rasa-core-sdk: $(RASA_CORE_SDK_INSTALLED)

clean:
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

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

# What runs the program is installed first and the test tools on top, all as requirements/ pins it. The package itself
# is built by the build backend that is pinned there too, instead of one that pip would fetch for the moment.
$(RUN_INSTALLED): pyproject.toml requirements/run.txt
	$(call environment,$(VENV))
	@echo 'installing what the program needs (Textual, NumPy, SciPy, scikit-learn and small ones): a minute or two'
	@$(VENV)/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/run.txt
	@$(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_INSTALLED): $(RUN_INSTALLED) requirements/test.txt
	$(VENV)/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/test.txt
	@touch $@

# requirements/rasa-core-sdk.in says why pip does not resolve here.
$(RASA_CORE_SDK_INSTALLED): requirements/rasa-core-sdk.txt
	$(call environment,$(RASA_CORE_SDK))
	$(RASA_CORE_SDK)/bin/python $(PIP_INSTALL) --no-deps --require-hashes --requirement $<
	@touch $@

$(LOCK_INSTALLED): requirements/lock.txt
	$(call environment,$(LOCK))
	$(LOCK)/bin/python $(PIP_INSTALL) --require-hashes --requirement $<
	@touch $@

# One file serves every Python from 3.11 on and every system. What runs the program is held to what the tests run on.
COMPILE := $(LOCK)/bin/uv --no-config pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes
BUILD_REQUIREMENTS := -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: $(LOCK_INSTALLED)
	$(LOCK)/bin/python $(BUILD_REQUIREMENTS) | $(COMPILE) pyproject.toml - --extra actions --extra dev --output-file requirements/test.txt
	$(LOCK)/bin/python $(BUILD_REQUIREMENTS) | $(COMPILE) pyproject.toml - --extra actions --constraints requirements/test.txt \
		--output-file requirements/run.txt
	$(COMPILE) requirements/rasa-core-sdk.in --overrides requirements/rasa-core-sdk.in \
		--output-file requirements/rasa-core-sdk.txt
	$(COMPILE) --group lock --output-file requirements/lock.txt

# Each Python has an environment of its own, in which everything is brought up to date again each time.
NEWEST := $(addprefix test-newest-,3.11 3.12 3.13 3.14)
.PHONY: $(NEWEST)

test-newest: $(NEWEST)

$(NEWEST): test-newest-%: rasa-core-sdk
	@if ! python$* -c '' 2>/dev/null; then echo "no python$* on the PATH: left out"; exit; fi; \
	set -exo pipefail; \
	[ -e .venv-newest-$*/bin/python ] || python$* -m venv .venv-newest-$*; \
	python=.venv-newest-$*/bin/python; \
	$$python $(BUILD_REQUIREMENTS) | $$python $(PIP_INSTALL) --upgrade --upgrade-strategy eager \
		--requirement /dev/stdin --editable '.[actions,dev]'; \
	$$python $(PYTEST) $(TESTS)
