# `make` lists the targets. Everything a target needs is fetched at a pinned version, into caches outside this folder.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo stack deploy check browser bench alerts-bench faults shapes kafka rules alertmanager generate build setup test fmt lint fuzz vuln generated demo-check screenshot demo-data clean bench-full bench-guard bench-build bench-parts

TOOL := go tool -modfile=tools/go.mod
export GOFLAGS := -buildvcs=false
# The embedded engine's library, once `make setup` has put it into the cache; set it to use another.
LIBRARY = $(or $(ROLLCALL_CHDB),$(shell bin/rollcall doctor --output json 2>/dev/null | sed -n 's/.*"text":"\([^"]*libchdb\.[a-z]*\)".*/\1/p'))
FUZZTIME ?= 3s
# Public data sets that may be read but not shipped; tests that want them say so when they are not there.
export ROLLCALL_DATASETS ?= $(wildcard $(CURDIR)/../shared/data)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: setup ## a real community in your browser: builds, fetches what is needed, imports, goes on live
	@scripts/demo.sh

check: setup ## everything CI runs
	@scripts/check.sh 1 fmt generated lint
	@scripts/check.sh 2 test browser kafka faults shapes rules deploy alertmanager vuln demo-check fuzz
	@scripts/check.sh 1 bench-guard
	@echo "=== check passed"

bench: bench-build ## Rollcall against its peers on one broker: ratios first, about a quarter of an hour; ARGS="-only goka,ours-fold"
	@ROLLCALL_CHDB=$(LIBRARY) bin/bench $(ARGS)
	@bin/bench collect -rounds 3

bench-full: bench-build ## the same at 10 k, 1 M and 10 M members, memory, recovery, latency: hours
	@ROLLCALL_CHDB=$(LIBRARY) bin/bench -full -events 2000000 $(ARGS)
	@bin/bench collect
	@ROLLCALL_CHDB=$(LIBRARY) bin/bench up
	@ROLLCALL_CHDB=$(LIBRARY) bin/bench latency
	@for members in 1000000 10000000; do bin/bench recovery -members $$members; done

bench-guard: ## our fold stage against fetching and decoding alone: fails below a fixed share of it
	@cd bench && go vet $$(go list ./... | grep -v /benthos) && go build -o ../bin/bench .
	@bin/bench guard

bench-build: setup
	@cd bench && go build -o ../bin/bench . && go build -o ../bin/bench-benthos ./benthos
	@if command -v mvn > /dev/null && command -v java > /dev/null; then mvn -q -B -Dstyle.color=never -f bench/kafka-streams package; \
	else echo "bench: SKIPPED Kafka Streams and Apache Kafka: Java 17 and Maven are needed"; fi

bench-parts: setup ## the Go benchmarks that stand beside the code
	@ROLLCALL_CHDB=$(LIBRARY) scripts/bench.sh

generate: ## make the generated files again: protobuf, pages of docs/metrics/numbers, console
	$(TOOL) buf generate
	go generate ./dashboards
	cd dashboards/console/web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent check && npm run --silent build

build: ## bin/rollcall
	go build -o bin/rollcall ./cmd/rollcall

setup: build ## get the embedded ClickHouse engine (once, 178 MB, into the user's cache folder)
	@bin/rollcall doctor --fix > /dev/null

test: setup ## all tests, with the race detector, but for those of the architecture, which lint has
	GOGC=400 ROLLCALL_PROGRAM=$(CURDIR)/bin/rollcall ROLLCALL_CHDB=$(LIBRARY) ROLLCALL_PYTHON=$$(scripts/python.sh) go test -race -shuffle=on -parallel 4 -timeout 25m $$(go list ./... | grep -v internal/arch)

fmt: ## formatting
	$(TOOL) golangci-lint fmt --diff
	$(TOOL) buf format --diff --exit-code
	go mod tidy -diff

lint: ## the rules of the architecture, golangci-lint, buf lint, dead code
	go test -count=1 ./internal/arch
	$(TOOL) golangci-lint run --allow-parallel-runners ./...
	$(TOOL) buf lint
	@dead=$$($(TOOL) deadcode -test ./... | grep -v '\.pb\.go:' || true); if [ -n "$$dead" ]; then echo "code that nothing reaches: $$dead"; exit 1; fi

generated: generate ## generating again changes nothing
	git diff --exit-code -- schemas/actionpb dashboards/console/dist
	@test -z "$$(git status --porcelain -- schemas/actionpb dashboards/console/dist)" || { echo "generated files are not committed"; exit 1; }

fuzz: ## every fuzz target for FUZZTIME=3s
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

shapes: setup ## every data set, whole, without the race detector: the same tables in any batches and partitions, and SQL agrees
	@ROLLCALL_CHDB=$(LIBRARY) scripts/shapes.sh

faults: ## the pipeline under SEEDS=500 random storms of faults (100000 for a release); SEED=n replays one
	@SEEDS=$(SEEDS) SEED=$(SEED) scripts/faults.sh

alerts-bench: ## precision, recall and delay of the alerts on SEEDS=50 simulated communities of each PLANTS, from seed FROM=0
	@GOGC=400 ROLLCALL_ALERT_SEEDS=$(or $(SEEDS),50) ROLLCALL_ALERT_FROM=$(FROM) ROLLCALL_ALERT_PLANTS=$(PLANTS) go test -v -count 1 -timeout 2h -run 'TestAlerts$$' ./internal/evaluate/alerts | grep -v '^ *\(===\|---\)'

kafka: setup ## the tests that need Kafka against Apache Kafka, one broker and three of which one is killed (Java, Maven)
	@ROLLCALL_PROGRAM=$(CURDIR)/bin/rollcall ROLLCALL_CHDB=$(LIBRARY) scripts/kafka.sh

rules: ## the alert rules, each seen firing and silent
	cd deploy/prometheus && go mod tidy -diff && go tool -modfile=../../tools/go.mod golangci-lint run --allow-parallel-runners . && go test -count=1 .

stack: ## the whole stack in containers: Kafka, ClickHouse, Grafana, Prometheus, Rollcall; docs/deploy.md
	@deploy/env.sh
	docker compose up -d --build --wait

deploy: build ## the compose files, the image and Prometheus's configuration, read by their own loaders
	cd deploy/compose && go mod tidy -diff && go tool -modfile=../../tools/go.mod golangci-lint run --allow-parallel-runners . && ROLLCALL_PROGRAM=$(CURDIR)/bin/rollcall go test -count=1 .
	cd deploy/prometheus/realtest && go tool -modfile=../../../tools/go.mod golangci-lint run --allow-parallel-runners . && go test -count=1 .

alertmanager: ## alerts sent to Alertmanager's own API, store and dispatcher
	cd alerts/alertmanager/realtest && go tool -modfile=../../../tools/go.mod golangci-lint run --allow-parallel-runners . && go test .

vuln: ## known vulnerabilities, where their database can be reached
	@scripts/vuln.sh

demo-check: setup ## the demo, in a folder of its own, until its page and numbers are there
	@scripts/demo.sh --check

browser: setup ## every page of the console in a real Chromium: both languages, light and dark, wide and narrow; values against SQL
	@scripts/browser.sh

browser-large: setup ## every panel over five million actions of ten years, measured: ten minutes, 5 GB; DATA=folder keeps them
	@scripts/browser-large.sh $(DATA)

screenshot: setup ## README's picture of the real page, by headless Chromium
	@scripts/screenshot.sh

demo-data: build ## make demo/french-meta.ndjson.gz again from DUMP=folder
	go run ./demo/reduce $(DUMP)

clean: ## what was built here
	rm -rf bin demo-data
