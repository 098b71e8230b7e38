# Everything the project does on a machine. Continuous integration runs `make test` and nothing else.
# Recipes call `$(PYTHON) -m ...`: scripts in .venv/bin break when the path of the clone holds a space.

PYTHON := .venv/bin/python
RUN := .venv/installed-run
DEV := .venv/installed-dev
PEERS := var/bench/installed
SERVICES := $(PYTHON) -m tests.services --
PORT ?= 8000
export PORT
BENCH ?=
SCALE ?= small
export BENCH SCALE
LEAS ?=
STUDENTS ?=

.PHONY: help install install-dev run test suites suite-parallel suite-browser suite-faults suite-sqlite lint lint-types lint-rest check bench faults demo-data screenshots lock

help:
	@echo "make install          a virtual environment with what the portal needs"
	@echo "make run [PORT=8000]  the embedded portal with demo data, until Ctrl-C"
	@echo "make test             lint and all tests, on real PostgreSQL and Redis, then on SQLite"
	@echo "make lint             format, lint, types, import layers, templates, migrations, deployment check"
	@echo "make check            lint and the tests that need no server: those for both engines, on SQLite"
	@echo "make bench            BENCH=extracts SCALE=small|full, against plain PostgreSQL"
	@echo "make faults           the long run of kills and outages"
	@echo "make demo-data        LEAS=n STUDENTS=n, into the embedded portal"
	@echo "make screenshots      the pictures of the README"
	@echo "make lock             the lock files anew"

install: $(RUN)
install-dev: $(DEV)

# pip checks every file against the lock's hashes; --no-deps, since the lock is complete.
$(RUN): requirements.lock tools/venv.sh
	@sh tools/venv.sh
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock tools/venv.sh
	@sh tools/venv.sh
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@ $(RUN)

run: $(RUN)
	$(PYTHON) manage.py serve

# The servers start for the tests and stop after them, whatever happens. A suite that fails keeps none from running.
test: lint
	$(SERVICES) $(MAKE) --no-print-directory suites

# One after the other, whatever MAKEFLAGS say: each takes both processors of a small machine, or wants them to itself.
suites:
	@failed=; for suite in suite-parallel suite-browser suite-faults suite-sqlite; do \
		$(MAKE) --no-print-directory --jobs=1 $$suite || failed="$$failed $$suite"; \
	done; test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

suite-parallel:
	$(PYTHON) -m pytest -m "not browser and not faults" -n 2

suite-browser:
	$(PYTHON) -m pytest -m browser -n 2

# Killed processes want the machine to themselves.
suite-faults:
	$(PYTHON) -m pytest -m faults

suite-sqlite:
	env -u DATABASE_URL -u REDIS_URL $(PYTHON) -m pytest -m engines -n 2

# The types take as long as all the rest.
lint: $(DEV)
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-rest

lint-types: $(DEV)
	$(PYTHON) -m mypy .

lint-rest: $(DEV)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check --quiet
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PYTHON) -m djlint --quiet --lint templates
	$(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, with the settings of a production portal"
	@env DATABASE_URL=postgresql://localhost/portal REDIS_URL=redis://localhost HTTPS=1 \
		CERS_URL=https://cers.invalid/api CERS_TOKEN_URL=https://cers.invalid/token \
		SECRET_KEY=a-key-for-this-check-alone-0123456789-abcdefghijklmnopqrstuvwxyz \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

check: lint
	@$(MAKE) --no-print-directory suite-sqlite

bench: $(DEV) $(if $(filter ssid_matching,$(or $(BENCH),ssid_matching)),$(PEERS))
	$(SERVICES) $(PYTHON) -m benchmarks

# What one benchmark compares with, in a folder of its own: no other part of the project sees it.
$(PEERS): requirements-bench.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
		--target var/bench -r requirements-bench.lock
	@touch $@

faults: $(DEV)
	$(SERVICES) env FAULTS=full $(PYTHON) -m pytest -m faults

demo-data: $(RUN)
	$(PYTHON) manage.py migrate --no-input --verbosity 0
	$(PYTHON) manage.py demo_data $(if $(LEAS),--leas $(LEAS)) $(if $(STUDENTS),--students $(STUDENTS))

screenshots: $(DEV)
	$(SERVICES) $(PYTHON) -m tests.screenshots

lock:
	@sh tools/lock.sh
