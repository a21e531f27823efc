# Everything a developer or a build server calls. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PULUMI_VERSION := v3.259.0
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/pulumi-partnercentral
# Outside the work tree, so that a fresh clone on this machine builds it only once.
export PULUMI_CLI_HOME ?= $(CACHE)/cli-$(PULUMI_VERSION)
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/ready
DYNAMIC := sdk/pulumi_partnercentral/dynamic/channel.py
# Bytecode that may not be written makes every start of the provider three times slower.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check generate sdks bench emulator cli yaml-host test-oldest-boto3 format

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) cli ## Deploy, change, refresh and destroy the quickstart on the emulator.
	@cd tests && ../$(PYTHON) -m e2e.demo

test: $(READY) cli yaml-host test-oldest-boto3 ## Run all tests, the real engine's too, with coverage.
	@$(PYTHON) -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered -q

test-oldest-boto3: $(VENV)-oldest/ready ## Run the tests that need no engine with boto3 1.41.0.
	@$(VENV)-oldest/bin/python -m pytest -q -n 2 -m "not engine"

check: $(READY) ## Lint, check types and imports, and see that generated files are fresh.
	@$(VENV)/bin/ruff format --check -q .
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports | tail -n 2
	@$(PYTHON) -m partnercentral_provider.schema | diff -q - provider/schema.json \
		|| { echo "provider/schema.json is stale: make generate"; exit 1; }
	@$(PYTHON) sdk/generator/dynamic_channel.py | diff -q - $(DYNAMIC) \
		|| { echo "$(DYNAMIC) is stale: make generate"; exit 1; }

format: $(READY) ## Format the code.
	@$(VENV)/bin/ruff check -q --fix . ; $(VENV)/bin/ruff format -q .

generate: $(READY) ## Write schema.json from the resources, and the SDK from schema.json.
	@$(PYTHON) -m partnercentral_provider.schema > provider/schema.json.new
	@mv provider/schema.json.new provider/schema.json
	@cd sdk/generator && go run . python ../../provider/schema.json ../pulumi_partnercentral
	@$(PYTHON) sdk/generator/dynamic_channel.py > $(DYNAMIC).new
	@mv $(DYNAMIC).new $(DYNAMIC)

sdks: ## Generate the TypeScript and Go SDKs into build/sdks.
	@mkdir -p build/sdks/nodejs build/sdks/go
	@cd sdk/generator && go run . nodejs ../../provider/schema.json ../../build/sdks/nodejs
	@cd sdk/generator && go run . go ../../provider/schema.json ../../build/sdks/go

bench: $(READY) cli ## Measure calls, memory, time and state, beside a naive provider.
	@cd tests && ../$(PYTHON) -m benchmarks

emulator: $(READY) ## Serve the emulator on port 4599.
	@$(VENV)/bin/partnercentral-emulator --port 4599

# A pulumi on the PATH is used as it is; else the pinned one is built with Go, about three minutes.
cli:
	@command -v pulumi >/dev/null || $(MAKE) -s --no-print-directory $(PULUMI_CLI_HOME)/pulumi

# The official CLI brings the language host of YAML along; tests that need it are skipped without.
yaml-host:
	@command -v pulumi-language-yaml >/dev/null || ! command -v go >/dev/null \
		|| $(MAKE) -s --no-print-directory $(PULUMI_CLI_HOME)/pulumi-language-yaml

$(PULUMI_CLI_HOME)/pulumi:
	@command -v go >/dev/null || { echo "There is no pulumi command, and no Go to build it:" \
		"install it as https://www.pulumi.com/docs/install tells, then run this again."; exit 1; }
	@echo "Building the Pulumi CLI $(PULUMI_VERSION), once: about three minutes"
	@mkdir -p $(PULUMI_CLI_HOME)
	@cd sdk/generator && install -m 755 "$$(go list -m -f '{{.Dir}}' \
		github.com/pulumi/pulumi/sdk/v3)/python/dist/pulumi-resource-pulumi-python" $(PULUMI_CLI_HOME)/
	@cd sdk/generator && go build -trimpath -tags osusergo,grpcnotrace -o $@.new -ldflags "-s -w \
		-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$(PULUMI_VERSION)" \
		github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
	@mv $@.new $@

$(PULUMI_CLI_HOME)/pulumi-language-yaml:
	@echo "Building Pulumi's YAML language host, once: about a minute"
	@mkdir -p $(PULUMI_CLI_HOME)
	@cd sdk/generator/yaml && go build -trimpath -ldflags "-s -w" -o $@.new \
		github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml
	@mv $@.new $@

$(READY): pyproject.toml
	@echo "Installing into $(VENV), once: about half a minute"
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install -q --upgrade pip
	@$(VENV)/bin/pip install -q -e '.[emulator]' --group dev
	@touch $@

$(VENV)-oldest/ready: pyproject.toml
	@python3 -m venv $(VENV)-oldest
	@$(VENV)-oldest/bin/pip install -q --upgrade pip
	@$(VENV)-oldest/bin/pip install -q -e '.[emulator]' --group dev boto3==1.41.0 botocore==1.41.0
	@touch $@
