# Everything a developer or a build server calls. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/ready
LOCK := requirements/dev.lock
OLDEST := requirements/oldest.lock
# Pulumi's SDK of policies wants an older protobuf; a pack has an environment of its own anyway.
POLICIES := policies/.venv/ready
POLICIES_LOCK := requirements/policies.lock
DYNAMIC := sdk/pulumi_partnercentral/dynamic/channel.py
GENERATE := go run -trimpath .
CONVERT := go run -trimpath ./convert ../../../provider/schema.json ../../../docs/programs
PROGRAMS := $(abspath build/programs)
# As actionlint finds them from its own folder; it asks shellcheck too, where that is installed.
WORKFLOWS := ../workflows/*.yml ../../examples/07-build-server/deploy.yml
# Go tells each of its hundred downloads; whatever else it says is shown.
QUIETLY := 2> >(grep -v '^go: downloading' >&2 || true)
# Bytecode that may not be written makes every start of the provider three times slower.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-oldest test-newest-python test-newest check format generate sdks release \
	plugin bench fuzz chaos verify-sandbox emulator cli yaml-host lock model drift docs

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) cli ## Deploy, change, refresh and destroy the quickstart on the emulator.
	@cd tests && ../$(PYTHON) -m e2e.demo

test: $(READY) $(POLICIES) cli yaml-host ## Run all tests, the real engine's too; then on the oldest and newest Python.
	@echo "Running all tests: about three quarters of an hour on two cores"
	@$(PYTHON) -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered -q --durations=10
	@$(MAKE) -s --no-print-directory test-oldest test-newest-python

test-oldest: $(READY) $(POLICIES) ## Run the tests that need no engine with boto3 1.41.0, on Python 3.10.
	@if python=$$($(PYTHON) tests/pythons.py 3.10); then \
		$(MAKE) -s --no-print-directory $(VENV)-oldest/ready PYTHON3="$$python"; \
		echo "Running the tests that need no engine with boto3 1.41.0 on Python 3.10"; \
		$(VENV)-oldest/bin/python -m pytest -q -n 2 -m "not engine"; \
	else echo "Skipped: the tests with boto3 1.41.0 on Python 3.10."; fi

test-newest-python: $(READY) $(POLICIES) ## Run the tests that need no engine on the newest Python found.
	@if python=$$($(PYTHON) tests/pythons.py newest); then \
		$(MAKE) -s --no-print-directory $(VENV)-newest-python/ready PYTHON3="$$python"; \
		echo "Running the tests that need no engine on $$("$$python" --version)"; \
		$(VENV)-newest-python/bin/python -m pytest -q -n 2 -m "not engine"; \
	else echo "Skipped: the tests on a newer Python."; fi

test-newest: $(POLICIES) cli yaml-host ## Run all tests with the newest release of every package, locked or not.
	@echo "Resolving every package anew into $(VENV)-newest: about a minute"
	@python3 -m venv --clear $(VENV)-newest
	@$(VENV)-newest/bin/pip install -q --upgrade pip
	@$(VENV)-newest/bin/pip install -q -e '.[emulator]' --group dev
	@$(VENV)-newest/bin/python -m pytest -n 2 --dist loadfile -q

check: $(READY) $(POLICIES) ## Lint, check types, imports, workflows, and that generated files are fresh.
	@$(VENV)/bin/ruff format --check -q .
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/mypy --python-executable policies/.venv/bin/python \
		policies/__main__.py sdk/pulumi_partnercentral/policies
	@$(VENV)/bin/lint-imports | tail -n 2
	@$(VENV)/bin/deptry --no-ansi provider sdk
	@$(PYTHON) -m partnercentral_provider.schema | diff -q - provider/schema.json \
		|| { echo "provider/schema.json is stale: make generate"; exit 1; }
	@$(PYTHON) sdk/generator/dynamic_channel.py | diff -q - $(DYNAMIC) \
		|| { echo "$(DYNAMIC) is stale: make generate"; exit 1; }
	@cd docs && ../$(PYTHON) -m pages --check
	@if ! command -v go >/dev/null; then \
		echo "Skipped: whether the SDK is fresh, since its generator needs Go."; exit 0; fi; \
	made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; \
	(cd sdk/generator && $(GENERATE) python ../../provider/schema.json "$$made" $(QUIETLY)); \
	diff -rq -x dynamic -x testing -x policies -x __pycache__ "$$made" sdk/pulumi_partnercentral \
		|| { echo "sdk/pulumi_partnercentral is stale: make generate"; exit 1; }; \
	(cd sdk/generator/yaml && $(CONVERT) "$$made" $(QUIETLY)); \
	cd docs && ../$(PYTHON) -m pages --check --programs "$$made"
	@if ! command -v go >/dev/null; then \
		echo "Skipped: the workflows of GitHub, since actionlint is a Go program."; exit 0; fi; \
	cd .github/actionlint; go tool actionlint $(WORKFLOWS) $(QUIETLY)

docs: $(READY) ## Build the site of docs/ into build/docs; a broken link ends it.
	@$(VENV)/bin/sphinx-build -q -W --keep-going docs build/docs
	@echo "The site begins in build/docs/index.html"

format: $(READY) ## Format the code.
	@$(VENV)/bin/ruff check -q --fix . ; $(VENV)/bin/ruff format -q .

generate: $(READY) ## Write schema.json from the resources, and the SDK and pages of docs/ from it.
	@$(PYTHON) -m partnercentral_provider.schema > provider/schema.json.new
	@mv provider/schema.json.new provider/schema.json
	@cd sdk/generator && $(GENERATE) python ../../provider/schema.json ../pulumi_partnercentral $(QUIETLY)
	@$(PYTHON) sdk/generator/dynamic_channel.py > $(DYNAMIC).new
	@mv $(DYNAMIC).new $(DYNAMIC)
	@sed "s/^version: [^ ]*/version: $(VERSION)/" policies/PulumiPolicy.yaml > policies/PulumiPolicy.yaml.new
	@mv policies/PulumiPolicy.yaml.new policies/PulumiPolicy.yaml
	@mkdir -p $(PROGRAMS)
	@cd sdk/generator/yaml && $(CONVERT) $(PROGRAMS) $(QUIETLY)
	@cd docs && ../$(PYTHON) -m pages --programs $(PROGRAMS)

sdks: ## Generate the TypeScript and Go SDKs into build/sdks.
	@mkdir -p build/sdks/nodejs build/sdks/go
	@cd sdk/generator && $(GENERATE) nodejs ../../provider/schema.json ../../build/sdks/nodejs $(QUIETLY)
	@cd sdk/generator && $(GENERATE) go ../../provider/schema.json ../../build/sdks/go $(QUIETLY)

DIST := dist
WORK := build/release
SCHEMA := $(abspath provider/schema.json)
GO_MODULE := github.com/pulumi-partnercentral/pulumi-partnercentral/sdk/go/partnercentral
GO_PULUMI = $$(sed -n 's|^[[:space:]]*\(github.com/pulumi/pulumi/sdk/v3\) \(v[^ ]*\).*|\1@\2|p' $(abspath sdk/generator/go.mod))
VERSION = $$($(PYTHON) -c 'import partnercentral_provider as p; print(p.__version__)')

release: $(READY) ## Build everything that is published, into dist/.
	@rm -rf $(DIST) $(WORK)
	@$(MAKE) -s --no-print-directory plugin
	@$(PYTHON) -m hatchling build -d $(DIST)
	@cp $(SCHEMA) $(DIST)
	@echo "Generating the SDKs for TypeScript, Go, .NET and Java"
	@for language in npm go dotnet; do \
		(cd sdk/generator && $(GENERATE) $$language $(SCHEMA) "$(abspath $(WORK))/$$language" $(QUIETLY)); \
	done
	@cd sdk/generator/java && $(GENERATE) $(SCHEMA) "$(abspath $(WORK))/java" $(QUIETLY)
	@echo "Compiling the SDK for Go"; cd $(WORK)/go/partnercentral && rm -f go.mod \
		&& go mod init $(GO_MODULE) 2>/dev/null && go mod edit -require=$(GO_PULUMI) && go mod tidy $(QUIETLY) && go build ./...
	@for language in go dotnet java; do \
		tar -czf "$(DIST)/pulumi-partnercentral-$$language-v$(VERSION).tar.gz" -C "$(WORK)" "$$language"; \
	done
	@echo "Compiling the SDK for npm"; cd $(WORK)/npm && npm install --silent --no-audit --no-fund && npx tsc
	@cp README.md LICENSE $(WORK)/npm/package.json $(WORK)/npm/bin
	@cd $(WORK)/npm/bin && npm pack --silent --pack-destination "$(abspath $(DIST))"

plugin: $(READY) ## Build the provider plugin's archive for this system, into dist/.
	@echo "Building the plugin's archive: about a minute"
	@$(PYTHON) release/plugin.py $(WORK) $(DIST)

lock: ## Resolve the packages of development anew, and lock them.
	@test -x $(VENV)-lock/bin/uv || { python3 -m venv $(VENV)-lock; $(VENV)-lock/bin/pip install -q uv; }
	@$(VENV)-lock/bin/uv $(RESOLVE) --upgrade pyproject.toml --extra emulator --group dev -o $(LOCK)
	@$(VENV)-lock/bin/uv $(RESOLVE) --upgrade requirements/oldest.in -o $(OLDEST)
	@$(VENV)-lock/bin/uv $(RESOLVE) --upgrade pyproject.toml --extra policies --group build -o $(POLICIES_LOCK)

RESOLVE := pip compile -q --universal --python-version 3.10 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

drift: $(READY) ## Tell what AWS changed since the product was written, by the installed botocore.
	@cd tests && ../$(PYTHON) -m aws_model drift

model: $(READY) ## Write down the installed botocore's model as the one the product is written for.
	@cd tests && ../$(PYTHON) -m aws_model write

bench: $(READY) cli ## Measure calls, memory, time and state, beside a naive provider.
	@cd tests && ../$(PYTHON) -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(WRITE),--write)

fuzz: $(READY) ## Send 5,000 odd requests to the plugin and 5,000 to the emulator.
	@cd tests && ../$(PYTHON) -m fuzz

chaos: $(READY) cli ## Live 1,000 random histories, or HISTORIES=25; SEED=7 repeats and shortens.
	@cd tests && GRPC_VERBOSITY=ERROR ../$(PYTHON) -m chaos $(if $(HISTORIES),--histories $(HISTORIES)) \
		$(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS))

# Options of `python -m sandbox --help`, as variables in capitals: PROFILE, BUDGET, ONLY, …
VERIFY := profile management-profile customer-profile region budget accounts customers catalog-aws \
	role external-id only patience clock
# Whatever the environment has by these names is not meant for it.
given = $(if $(filter command,$(origin $(1))),$($(1)))
capitals = $(shell tr a-z- A-Z_ <<< $(1))
verify-sandbox: $(READY) ## Tell how AWS's Sandbox would be compared with the emulator; YES=1 does it.
	@cd tests && ../$(PYTHON) -m sandbox $(if $(call given,YES),--yes) $(if $(call given,LARGE),--large) \
		$(foreach name,$(VERIFY),$(if $(call given,$(call capitals,$(name))),--$(name) "$(call given,$(call capitals,$(name)))"))

emulator: $(READY) ## Serve the emulator on port 4599.
	@$(VENV)/bin/partnercentral-emulator --port 4599

cli: $(READY) ## Find the Pulumi CLI; else install it, or build it with Go.
	@cd tests && ../$(PYTHON) -m e2e.cli cli

# The official CLI brings the language host of YAML along; tests that need it are skipped without.
yaml-host: $(READY)
	@cd tests && ../$(PYTHON) -m e2e.cli yaml

PYTHON3 := python3
# The lock holds everything. Without --no-deps, pip takes an extra (`coverage[toml]`) for a package
# of its own, wants its newest release, and fails on the day of one.
INSTALL = echo "Installing the locked packages into $(@D), once: about half a minute"; \
	"$(PYTHON3)" -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "$(PYTHON3) is too old: Python 3.10 or newer is needed."; exit 1; }; \
	"$(PYTHON3)" -m venv --clear $(@D); \
	$(@D)/bin/pip install -q --no-compile --no-deps --require-hashes -r $(firstword $(filter %.lock,$^))
PACKAGE = $(@D)/bin/pip install -q --no-deps --no-build-isolation -e . ; touch $@

$(READY) $(VENV)-newest-python/ready: pyproject.toml $(LOCK)
	@$(INSTALL); $(PACKAGE)

$(POLICIES): pyproject.toml $(POLICIES_LOCK)
	@$(INSTALL); $(PACKAGE)

$(VENV)-oldest/ready: pyproject.toml $(LOCK) $(OLDEST)
	@$(INSTALL); $(@D)/bin/pip install -q --no-compile --no-deps --require-hashes -r $(OLDEST); $(PACKAGE)
