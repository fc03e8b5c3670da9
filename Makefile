# make run   environment, requirements, app
# make test  environment, development requirements, lint, types, all tests
# make models / make bench   see models/README.md and benchmarks/README.md

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test check format models bench clean

run: $(VENV)/.run-ready
	$(BIN)/streamlit run app.py

test: $(VENV)/.test-ready check
	@$(BIN)/python tests/chromium.py || true
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile

check: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

models: $(VENV)/.run-ready
	$(BIN)/python models/train.py

bench: $(VENV)/.run-ready
	$(BIN)/python benchmarks/training.py --help

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rnnexplorer needs Python 3.11 or newer; name one with: make run PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

# On Linux the default wheel of torch brings gigabytes of CUDA; requirements-cpu.txt avoids them
# where its index can be reached: make run REQUIREMENTS=requirements-cpu.txt
REQUIREMENTS ?= requirements.txt

$(VENV)/.run-ready: $(BIN)/python $(REQUIREMENTS)
	$(BIN)/python -m pip install --quiet -r $(REQUIREMENTS)
	touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
