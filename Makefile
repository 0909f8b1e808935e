# The commands of this project; `make help` lists them. Each one installs the environment first if it is missing.
ENV := scripts/in-env
PACKAGES := kg nlu dialogue customer growth desk connectors app bench
RASA_FILES := -c dialogue/config.yml -d dialogue/domain --data nlu/data dialogue/rules dialogue/stories
ENGINES := graph or neo4j or postgres or rasa or browser or slow
# Two workers: what shares an engine runs on one of them, everything else on the other (tests/conftest.py).
PYTEST := $(ENV) pytest -n 2 --dist loadgroup
ARGS ?=
# Killing make must not leave the bot behind.
TIED := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

.DEFAULT_GOAL := help
.PHONY: help run test test-quick lint format validate train bench eval lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install, load the demo bank, train if needed, serve; prints the addresses
	@$(TIED) ./jinwen serve --demo $(ARGS)

test: ## the whole suite; what the machine lacks is skipped with a line saying how to get it
	@$(PYTEST) $(ARGS)

test-quick: ## the tests that need no graph, no Rasa and no browser
	@$(PYTEST) -m "not ($(ENGINES))" $(ARGS)

lint: ## ruff, mypy (strict), import-linter
	@$(ENV) ruff check --quiet .
	@$(ENV) ruff format --quiet --check .
	@$(ENV) mypy --no-error-summary
	@out=$$($(ENV) lint-imports --no-logo) || { printf '%s\n' "$$out"; exit 1; }

format: ## put the code into its layout
	@$(ENV) ruff check --quiet --fix .
	@$(ENV) ruff format --quiet .

validate: ## Rasa's own check of training data, rules and stories
	@$(ENV) rasa data validate $(RASA_FILES) --fail-on-warnings

train: ## train Rasa if its inputs changed
	@./jinwen train $(ARGS)

bench: ## measure load, start, turns, memory; stock Rasa beside it
	@$(ENV) python -m bench $(ARGS)

eval: ## answer the evaluation questions and say how many are right
	@./jinwen eval $(ARGS)

lock: ## resolve pyproject.toml into requirements.lock
	@sh scripts/bootstrap.sh
	@.uv/bin/uv pip compile --quiet pyproject.toml --group dev --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -o requirements.lock

clean: ## remove caches and trained models; environment, downloads and the state of the bot (.jinwen) stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .rasa models test-results
	@find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
