# `make run` and `make test` need Python 3.11, 3.12 or 3.13 (PYTHON=python3.13) and make, nothing else: every target first makes .venv what it must be.

PYTHON ?= python3.11
STAGE ?= prod
MINUTES ?= 15
PY := .venv/bin/python
# Named after the requirements' content: another branch's requirements are another stamp, and their files' moments say nothing. None stands
# while pip works: what an interrupted one left half there, pip takes for installed, so that is made anew from nothing.
INSTALLED := .venv/.installed-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
# Two at once would make anew what the other is making. The lock stands beside what .venv is a link to; where there is no flock nothing locks.
ALONE := $(if $(shell command -v flock),flock $(or $(realpath .venv),.venv).lock)
FAST := $(wildcard tests/architecture tests/unit tests/integration)

# Every test worker and every local Lambda is a new process: without stored bytecode each compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help installed run test fast e2e check url logs stop invoke lint format bench package deploy audit openapi clean

help: ## show this
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(INSTALLED):
	@$(ALONE) sh -ec 'if [ -e $@ ]; then exit; fi; \
	echo "installing what Frontdesk needs into .venv (once for each requirements.txt) …" >&2; \
	ls .venv/.installed-* >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv; \
	rm -f .venv/.installed-*; \
	$(PY) -m pip install --quiet --quiet --disable-pip-version-check -r requirements-dev.txt; \
	touch $@'

installed: $(INSTALLED) ## what Frontdesk needs, in .venv

run: $(INSTALLED) ## build, start the local cloud, deploy, play the main job, leave it up
	@$(PY) -m infra run

# Side by side: the stack of the end-to-end tests mostly waits, for processes that start and for its own clock.
test: $(INSTALLED) ## everything: architecture, unit, integration, end to end
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target fast e2e

fast: $(INSTALLED) ## the tests that need no stack
	@$(PY) -m pytest -n 2 --dist loadgroup $(FAST)

e2e: $(INSTALLED) ## the tests of the deployed stack
	@$(PY) -m pytest tests/e2e

check: lint ## lint, the house's own tests and one package's: PKG=booking.sessions
	@test -n "$(PKG)" || { echo "which package? make check PKG=booking.sessions"; exit 2; }
	@$(PY) -m pytest -n 2 -q tests/architecture $(wildcard $(addsuffix /$(subst .,/,$(PKG)),tests/unit tests/integration))

url: $(INSTALLED) ## print the base address of the running stack
	@$(PY) -m infra url

logs: $(INSTALLED) ## what the functions printed (MINUTES=15, FOLLOW=1)
	@$(PY) -m infra logs --minutes $(MINUTES) $(if $(FOLLOW),--follow)

stop: $(INSTALLED) ## stop the local cloud; its data stays in .local
	@$(PY) -m infra stop

invoke: $(INSTALLED) ## run a scheduled function: FN=session_reminder TIME=2026-12-01T09:00:00Z
	@test -n "$(FN)" || { echo "which function? make invoke FN=session_reminder TIME=2026-12-01T09:00:00Z"; exit 2; }
	@$(PY) -m infra invoke $(FN) --time "$(TIME)"

lint: $(INSTALLED) ## style, types, layers
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

format: $(INSTALLED) ## bring the code into shape
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(INSTALLED) ## measure calls, capacity, CPU, imports, size, load, money
	@$(PY) -m bench

package: $(INSTALLED) ## template and zip for STAGE=prod, and how to deploy them
	@$(PY) -m infra package --stage $(STAGE)

deploy: $(INSTALLED) ## deploy STAGE=prod to the AWS account of your credentials (SET="AlarmTopicArn=… Domain=…")
	@$(PY) -m infra deploy --stage $(STAGE) $(if $(SET),--set $(SET))

audit: $(INSTALLED) ## look the pins up in a copy of OSV's advisories: ADVISORIES=all.zip
	@$(PY) -m infra audit $(if $(ADVISORIES),--advisories "$(ADVISORIES)")

openapi: $(INSTALLED) ## write docs/openapi.json from the code
	@$(PY) -m infra openapi

clean: ## forget everything local: the data, the builds, .venv
	@test ! -x $(PY) || $(PY) -m infra stop
	@rm -rf .local .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
