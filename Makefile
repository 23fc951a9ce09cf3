# Everything from nothing: make run. All tests: make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export HF_HUB_OFFLINE := 1

.PHONY: run test check install install-test install-dev browser index vectors eval screenshots test-llm clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -c constraints.txt -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/pip install -q -c constraints.txt -e '.[test,dev,openai,mcp]'
	touch $@

install: $(VENV)/.installed

install-test: $(VENV)/.installed-test

index: install
	$(BIN)/renstra ingest

run: index
	$(BIN)/renstra serve

# the browser tests drive the system's Chromium; installed here when it is missing and apt-get may be used
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null) || \
	  echo "Chromium tidak ada: uji peramban dilewati."

check: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# two at a time; then, alone, what drives a browser or puts the app under load
test: install-test browser check
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/browser
	$(BIN)/python -m pytest tests/browser

# the shipped vectors of the plan and of its everyday questions
vectors: install-test
	$(BIN)/renstra vectors

eval: index
	$(BIN)/renstra eval evals/datasets/*.jsonl --baseline --report out/

screenshots: install-test browser
	$(BIN)/python -m pytest tests/browser -q
	$(BIN)/python tests/browser/copy_screenshots.py

test-llm: install-test
	$(BIN)/pip install -q -c constraints.txt -e '.[llm]'
	$(BIN)/python -m pytest -m llm tests/llm

clean:
	rm -rf .renstra out build *.egg-info
