# Every target sets up what it needs, from nothing but python3 (and npm for dynoxide).
#   make PYTHON=python3.13 test     another Python, for a fresh .venv
#   make VENV=.venvs/3.13 test      another environment beside it

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
PYTEST_ARGS ?=
SERVE_ARGS ?=
ZOO_ARGS ?=
MUTANTS_ARGS ?=
FUZZ_ARGS ?= --max-examples 10

# A file of tests stays on one worker, which loads its data once; the longest come first. In the
# long lane a worker that has nothing left takes over what waits at the other.
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
BIN := $(VENV)/bin
READY := $(VENV)/.stamp
ENGINES := .engines/.stamp
MUTMUT := .venvs/mutants/.stamp
PEERS := .venvs/peers/.stamp
NEWER_PEERS := .venvs/peers-3.12/.stamp
CONTRACT := .venvs/contract/.stamp
FUZZ := .venvs/fuzz/.stamp
DEPLOY := .venvs/deploy/.stamp
OLDEST := .venvs/oldest/.stamp
DYNOXIDE := .engines/node_modules/@dynoxide/linux-x64/dynoxide

# boto3 must not go looking for a machine's role, nor stop for want of a region.
export AWS_EC2_METADATA_DISABLED := true
export AWS_DEFAULT_REGION ?= eu-central-1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv engines demo serve test pages full oldest zoo bench bench-quick bench-api mutants check catalogue authorization openapi contract fuzz-api clean
.PHONY: deploy-template deploy-lint deploy-local

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(READY) ## the environment only

engines: $(ENGINES) ## the second, durable engine: dynoxide, one binary (npm, Linux x86_64)

demo: $(READY) ## prove the to-do design, load real tasks, answer every pattern
	$(BIN)/tabledesign todo demo

serve: $(READY) ## the to-do API with its pages on this machine; SERVE_ARGS="--port 8080"
	$(BIN)/tabledesign serve $(SERVE_ARGS)

test: $(READY) $(ENGINES) ## the tests
	$(BIN)/python -m pytest $(SHARED) -m "not full and not zoo and not pages" tests $(PYTEST_ARGS)

pages: $(READY) $(ENGINES) ## the pages of `make serve` in a browser; installs chromium where it is missing
	scripts/browser.sh
	$(BIN)/python -m pytest -n 0 -m pages tests/pages $(PYTEST_ARGS)

# In the order of the files: shuffled, the longest of all might be left to one process at the end.
full: $(READY) $(ENGINES) ## the tests, the long ones too; writes docs/evidence/full-lane.md
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --timeout 1800 -p no:randomly \
		-m "not zoo and not pages" tests \
		--evidence-page docs/evidence/full-lane.md $(PYTEST_ARGS)

# botocore 1.34 does not ask before it parses, and signs the Connection header too.
oldest: $(OLDEST) ## what speaks to pydantic and botocore, on the oldest of each that is supported
	.venvs/oldest/bin/python -m pytest $(SHARED) -m "not slow and not full and not zoo and not engines" \
		-k "not before-parse and not signed_as_botocore_signs" tests/codec tests/repository tests/engine \
		$(PYTEST_ARGS)

zoo: $(READY) ## plant bugs in the library and see each caught; ZOO_ARGS=--write renews docs/evidence/zoo.md
	$(BIN)/python -m tests.zoo $(ZOO_ARGS)

bench: $(PEERS) $(NEWER_PEERS) $(ENGINES) ## everything beside every peer, a quarter of an hour; writes benchmarks/results.md
	PYTHONPATH=src .venvs/peers/bin/python -m benchmarks

bench-quick: $(READY) ## ours beside boto3 alone, in two minutes; writes nothing
	PYTHONPATH=src $(BIN)/python -m benchmarks --quick

bench-api: $(PEERS) ## a warm request and the imports of the API, beside FastAPI with Mangum
	PYTHONPATH=src .venvs/peers/bin/python -m benchmarks.api

mutants: $(READY) $(MUTMUT) ## mutants of six modules, a seeded sample (an hour; resumes where it stopped)
	$(BIN)/python -m scripts.mutants --maker .venvs/mutants/bin/python --workers $(WORKERS) $(MUTANTS_ARGS)

check: $(READY) ## format, lint, types, import order, files, catalogue
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy src tests scripts $(wildcard benchmarks/*.py)
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python scripts/check_files.py
	$(BIN)/tabledesign catalogue tabledesign.todo:table --check access_patterns
	$(BIN)/python scripts/authorization_page.py --check
	$(BIN)/python scripts/deploy_template.py --check
	$(BIN)/python scripts/openapi.py --check
	$(BIN)/python scripts/problem_pages.py --check

catalogue: $(READY) ## write access_patterns/ anew from the code
	$(BIN)/tabledesign catalogue tabledesign.todo:table --write access_patterns

deploy-template: $(READY) ## write what comes from the code into deploy/template.yaml anew
	$(BIN)/python scripts/deploy_template.py --write

deploy-lint: $(DEPLOY) ## check deploy/template.yaml with SAM, cfn-lint, parliament; plant faults in it
	.venvs/deploy/bin/python -m scripts.deploy_lint

deploy-local: $(DEPLOY) ## build, deploy into an emulator on loopback, tell a story over HTTP, stop
	.venvs/deploy/bin/python -m scripts.deploy_local

authorization: $(READY) ## write docs/authorization.md anew from the policies
	$(BIN)/python scripts/authorization_page.py --write

openapi: $(READY) ## write docs/openapi.json and docs/problems/ anew from the routes
	$(BIN)/python scripts/openapi.py --write
	$(BIN)/python scripts/problem_pages.py --write

contract: $(CONTRACT) ## lint the OpenAPI document; refuse what breaks clients of the released one
	@scripts/contract.sh

fuzz-api: $(READY) $(FUZZ) ## ask the API on loopback what its contract allows and what not (schemathesis)
	$(BIN)/python scripts/fuzz_api.py .venvs/fuzz/bin/schemathesis $(FUZZ_ARGS)

clean: ## remove everything the targets made
	rm -rf .venv .venvs .engines .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

# The stamp is the last thing made: a set-up that was interrupted is done anew.
$(READY): requirements/dev.txt pyproject.toml
	@scripts/venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

$(ENGINES): engines/package.json engines/package-lock.json
	@scripts/engines.sh "$(DYNOXIDE)"
	@touch $@

# Laid over what the tests want, as the newest botocore is: others pin newer ones than they need.
$(OLDEST): requirements/dev.txt requirements/oldest.txt pyproject.toml
	@scripts/venv.sh "$(PYTHON)" .venvs/oldest
	.venvs/oldest/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/oldest.txt
	@touch $@

$(MUTMUT): requirements/mutants.txt
	$(PYTHON) -m venv --clear .venvs/mutants
	.venvs/mutants/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/mutants.txt
	@touch $@

$(CONTRACT): tools/contract/package.json tools/contract/package-lock.json
	@mkdir -p $(@D)
	@cp tools/contract/package.json tools/contract/package-lock.json $(@D)/
	@npm ci --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
	@touch $@

$(PEERS): requirements/peers.txt
	$(PYTHON) -m venv --clear .venvs/peers
	.venvs/peers/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/peers.txt
	@touch $@

$(NEWER_PEERS): requirements/peers-3.12.txt
	@mkdir -p $(@D)
	@scripts/newer_peers.sh $(@D)
	@touch $@

# The lock is whole, so nothing is resolved: a package with extras would want them pinned too.
$(DEPLOY): requirements/deploy.txt
	$(PYTHON) -m venv --clear .venvs/deploy
	.venvs/deploy/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/deploy.txt
	@touch $@

$(FUZZ): requirements/fuzz.txt
	$(PYTHON) -m venv --clear .venvs/fuzz
	.venvs/fuzz/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/fuzz.txt
	@touch $@
