# Everything a developer types. "make help" lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Where the Go distribution puts itself, for shells that were not told.
export PATH := $(PATH):/usr/local/go/bin
export GO ?= go
# The embedded database is C. There are no further build flags: a plain
# "go build ./cmd/gongkai" gives the same program.
export CGO_ENABLED := 1

GENERATED = find . -name '*_templ.go' -o -path ./docs/workflow.md

.PHONY: help run build test test-fast bench pictures proof fmt lint generate check-generated clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

run: build ## build the program and open the demonstration at http://127.0.0.1:8080
	./bin/gongkai demo

build: ## build ./bin/gongkai
	@NEED_INSTALL=no scripts/need.sh go cc
	$(GO) build -o bin/gongkai ./cmd/gongkai

test: ## run every test, on both databases and in the browser
	@scripts/need.sh go cc postgres
	@if [ -f e2e/go.mod ]; then scripts/need.sh chromium; fi
	@GONGKAI_NEED_POSTGRES=1 scripts/test.sh

test-fast: ## run every test but those in the browser (PKG=./internal/store/... for some)
	@scripts/need.sh go cc postgres
	@GONGKAI_NEED_POSTGRES=1 scripts/test.sh fast

bench: ## measure: pages of the demonstration, import, tables, register, search, clock, keys (GONGKAI_BENCH_CASES=1000000 for a large register)
	@scripts/need.sh go cc
	$(GO) test -run '^$$' -bench . -benchmem ./...

pictures: ## photograph the main pages for the manuals (docs/images)
	@scripts/need.sh go cc chromium
	cd e2e && GONGKAI_README_PICTURES=1 $(GO) test -count=1 -run TestPicturesOfTheReadme .

proof: ## run the long proofs too, under the race detector
	@scripts/need.sh go cc postgres
	@GONGKAI_NEED_POSTGRES=1 GONGKAI_PROOF=1 TESTFLAGS='-race -count=1 -timeout 6h' scripts/test.sh fast

fmt: ## format the code
	gofmt -w $$($(GO) list -f '{{.Dir}}' ./...)
	$(GO) tool templ fmt templates

lint: ## look for mistakes without running anything
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

generate: ## make the generated code and documents anew
	$(GO) tool templ generate -path templates
	$(GO) generate ./...

check-generated: ## fail if a generated file is not what its source gives
	@before=$$($(GENERATED) | sort | xargs -r sha256sum); \
	$(MAKE) --no-print-directory generate >/dev/null || exit 1; \
	after=$$($(GENERATED) | sort | xargs -r sha256sum); \
	if [ "$$before" != "$$after" ]; then \
		echo "generated files are stale; run make generate and commit:"; \
		diff <(echo "$$before") <(echo "$$after"); exit 1; \
	fi

clean: ## remove what was built (the data folder stays)
	rm -rf bin
