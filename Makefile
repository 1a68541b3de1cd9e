# The verbs of this repository; CONTRIBUTING.md says when to use which.

GO       ?= go
FUZZTIME ?= 30s
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  := -s -w -X firn/cmd/internal/cli.version=$(VERSION)

.PHONY: build demo test lint generate fuzz bench

build: ## bin/firn
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/firn ./cmd/firn

demo: build ## an editing session on examples/, played against bin/firn
	$(GO) run ./editors/demo bin/firn examples lsp/testdata/world

test: ## everything that a change must pass
	.ci/test

lint: ## golangci-lint, and the import directions
	$(GO) tool -modfile=.ci/tools.mod golangci-lint run ./...

generate: ## all generated files
	$(GO) generate ./...

fuzz: ## each fuzz target for FUZZTIME
	.ci/fuzz $(FUZZTIME)

bench: ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...
