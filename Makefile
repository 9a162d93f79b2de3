# Works with Python 3.11 or newer, git and make; everything else is installed into .venv on first use.
#
#   PYTHON=python3.13   the Python that a new .venv is made with
#   TORCH=cpu           torch as a CPU-only wheel, where a plain install would fetch gigabytes of CUDA
#   WORKERS=4           processes that re-execute notebooks
#   BIN=... READY=      an environment of your own instead of .venv: its folder of programs, and no installation

PYTHON  ?= python3
TORCH   ?=
WORKERS ?= 2
VENV    := .venv
BIN     ?= $(VENV)/bin
READY   ?= $(VENV)/.ready
PAGE    := _build/html/index.html

NOTEBOOKS = $(shell find book -name '*.ipynb' -not -path '*/.*' -not -path 'book/exercises/*' 2>/dev/null)
# One thread a process: nothing then depends on the number of cores, and workers do not get in each other's way.
# No GPU either: what is stored in the notebooks was computed on a CPU.
ONE_THREAD = OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 TUTOR_NMT_PROGRESS=0 CUDA_VISIBLE_DEVICES=
pin = $(shell sed -n 's/^$(1)==/$(1)==/p' requirements.txt)

.DEFAULT_GOAL := help
.PHONY: help install book test test-code test-notebooks test-exercises test-pages test-full pdf mutations bench results check notebooks exercises assignments grade lab repository clean

help: ## this list
	@printf 'make TARGET, where TARGET is one of\n\n'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@printf '\nSwitches:\n'
	@sed -n 's/^#   \(.*\)/  \1/p' $(firstword $(MAKEFILE_LIST))

install: $(READY) ## makes .venv and installs everything into it (the other targets do it when needed)

$(VENV)/.ready: requirements.txt pyproject.toml src/tutor_nmt/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: Python 3.11 or newer is needed, '$(PYTHON)' is `$(PYTHON) --version 2>/dev/null || echo not there`; name one: make PYTHON=python3.13" >&2; \
	  exit 1; }
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
ifeq ($(TORCH),cpu)
	$(VENV)/bin/python -m pip install --quiet $(call pin,uv)
	$(VENV)/bin/uv pip install --python $(VENV)/bin/python --torch-backend cpu $(call pin,torch)
else ifneq ($(TORCH),)
	$(error TORCH=$(TORCH) is not known; TORCH=cpu takes CPU-only wheels, and without TORCH pip chooses)
endif
	$(VENV)/bin/python -m pip install --quiet --requirement requirements.txt
	$(VENV)/bin/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	$(VENV)/bin/python -m pip check
	@touch $@

book: $(READY) ## builds the pages, any warning being an error, and prints where they lie
	@# A failed build must fail again when repeated: what Sphinx remembers of it is thrown away.
	$(BIN)/jupyter-book build . -W --keep-going -n || { rm -rf _build/.doctrees; exit 1; }
	@echo "The book: $(CURDIR)/$(PAGE)"

pdf: book ## prints the pages of the book with Chromium into one PDF, and says where it lies
	$(BIN)/python .ci/pdf.py

test: test-code test-notebooks ## the tests of the code, then those of the notebooks

test-code: $(READY) ## the tests of the code
	$(ONE_THREAD) $(BIN)/python -m pytest

test-notebooks: $(READY) ## re-executes every notebook and compares what it prints with what is stored
ifeq ($(NOTEBOOKS),)
	@echo "make: book/ holds no notebook yet"
else
	$(ONE_THREAD) $(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=180 \
	  -n $(WORKERS) --dist loadfile -p no:benchmark -p no:cacheprovider --ignore=book/exercises book
endif

test-exercises: $(READY) ## the tests of the exercises and of grading: every wrong answer loses its points
	$(ONE_THREAD) $(BIN)/python -m pytest tests/exercises

test-pages: book ## opens every built page in Chromium without a network: links, search, phone, light and dark, accessibility
	$(ONE_THREAD) $(BIN)/python -m pytest tests/pages

test-full: test test-exercises test-pages mutations ## all that is tested: what CI runs

mutations: $(READY) ## BUG=name or all: plants each bug of tests/mutations, which a test must notice
	$(BIN)/python .ci/mutations.py $(BUG)

bench: $(READY) ## measures speed and memory against their goals, about twelve minutes on a quiet machine
	$(ONE_THREAD) $(BIN)/python -m pytest -p no:cacheprovider tests/benchmarks/bench_*.py
	$(BIN)/python .ci/results.py

results: $(READY) ## renews what pages show of records and of the shipped model: tables, the front page's views and figure
	$(ONE_THREAD) $(BIN)/python .ci/results.py
	$(ONE_THREAD) $(BIN)/python .ci/front.py

check: $(READY) ## formatting and lint of code, notebooks, workflows and shell scripts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/shellcheck .ci/run
	$(BIN)/actionlint -shellcheck $(BIN)/shellcheck

notebooks: $(READY) ## re-executes every notebook in place and stores what it prints
	$(ONE_THREAD) $(BIN)/python .ci/notebooks.py

exercises: $(READY) ## renews the student versions in book/exercises from the sources with solutions in instructors/
	$(BIN)/python -m instructors.release

assignments: $(READY) ## CHAPTER=08 SEED=... OUTPUT=assignments: draws a variant of a chapter's exercises, for graded work
	$(BIN)/python -m instructors.release --chapter '$(CHAPTER)' --seed '$(SEED)' --output '$(or $(OUTPUT),assignments)'

grade: $(READY) ## SUBMISSIONS=dir OUTPUT=grades SOURCE=...: grades notebooks, a folder a student; feedback and a table
	$(BIN)/python -m instructors.grade '$(SUBMISSIONS)' --output '$(or $(OUTPUT),grades)' $(if $(SOURCE),--source '$(SOURCE)')

lab: $(READY) ## opens the notebooks in JupyterLab
	$(BIN)/jupyter lab book

repository: $(READY) ## URL=... REF=...: moves every link and install cell to another address, branch or tag
	$(BIN)/python .ci/repository.py $(if $(URL),--url '$(URL)') $(if $(REF),--ref '$(REF)')

clean: ## removes what was built, .venv excepted
	rm -rf _build build dist .pytest_cache .ruff_cache .hypothesis .benchmarks src/*.egg-info
	find src tests book instructors .ci \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
