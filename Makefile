# `make demo` shows the main job on a simulated firm; `make test` runs every check and test.
VENV := .venv
RUN := $(VENV)/bin
CODE := src tests benchmarks scripts docs/pictures

.PHONY: demo test lint types layers tests bench format docs clean

demo: $(VENV)/.installed
	$(RUN)/keepwell demo

test: lint types layers tests

lint: $(VENV)/.developing
	$(RUN)/ruff format --check $(CODE)
	$(RUN)/ruff check $(CODE)

types: $(VENV)/.developing
	$(RUN)/mypy

layers: $(VENV)/.developing
	$(RUN)/lint-imports

tests: $(VENV)/.developing
	$(RUN)/pytest -n auto --dist loadscope --durations 25

bench: $(VENV)/.benching
	$(RUN)/python -m benchmarks

format: $(VENV)/.developing
	$(RUN)/ruff format $(CODE)
	$(RUN)/ruff check --fix $(CODE)

docs: $(VENV)/.developing
	$(RUN)/python scripts/reference.py

$(VENV)/.installed: pyproject.toml constraints.txt
	sh scripts/venv.sh $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(RUN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.benching: $(VENV)/.developing
	$(RUN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
