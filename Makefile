# make demo    environment from requirements.lock, fonts, all issues of the sample workspace, the list of files
# make test    everything the tests need, then all of them; LONG=1 adds the long ones
# make lint    ruff, mypy, import contracts       make bench   figures of README and docs/performance.md
# make lock    new requirements*.lock (needs uv)  make clean   what make made here; never output/archive
PYTHON ?= python3
LONG ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test lint tests bench fonts dev lock clean

demo: $(VENV)/runtime fonts
	$(BIN)/jianbao build
	@find output/drafts -type f | LC_ALL=C sort

test: lint tests

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

tests: $(VENV)/dev fonts
	$(BIN)/python -m pytest -n 2 -rs $(if $(LONG),--long)

bench: $(VENV)/dev fonts
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.archive
	$(BIN)/python -m tests.bench.office
	$(BIN)/python -m tests.bench.copies
	$(BIN)/python -m tests.bench.volume
	$(BIN)/python -m tests.bench.batch --write

# Without Debian's package client this explains what is used instead and goes on.
fonts: $(VENV)/runtime
	JIANBAO_FONTS=$(CURDIR)/.fonts $(BIN)/jianbao fonts fetch

dev: $(VENV)/dev

$(VENV)/runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock:
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --extra cluster --constraint requirements-dev.lock --output-file requirements-cluster.lock

clean:
	rm -rf $(VENV) .fonts build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
