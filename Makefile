# proofcheck: what there is to make. Every target works on a fresh checkout with Go and nothing
# else, unless its comment says what more it needs.

GO ?= go
SHARED ?= ../shared
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 5s
STATICCHECK ?= $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build test lint fuzz bench capacity update falsealarms quality model model-large web

build: ## one static binary, bin/proofcheck
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/proofcheck ./cmd/proofcheck

test:
	$(GO) test ./...

lint:
	test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	$(STATICCHECK) ./...

# Go before 1.27 now and then fails a target that has found nothing, when its time is up on a busy machine (go.dev/issue/75804):
# such a target has a second time, which counts.
fuzz: ## each fuzz target for FUZZTIME
	@out=$$(mktemp) && trap 'rm -f "$$out"' EXIT && \
	for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			run="$(GO) test -run ^$$ -fuzz ^$$target\$$ -fuzztime $(FUZZTIME) $$package"; \
			$$run > "$$out" 2>&1 && code=0 || code=$$?; \
			cat "$$out"; \
			if [ $$code != 0 ]; then \
				grep -q '^    context deadline exceeded$$' "$$out" && ! grep -q 'Failing input' "$$out" && $$run || exit 1; \
			fi; \
		done; \
	done

bench: ## all speed and memory figures; writes docs/BENCHMARKS.md; needs SHARED
	$(GO) run ./quality/bench -shared $(SHARED) -out docs/BENCHMARKS.md

capacity: ## what a scan over machines costs, see docs/SCALE.md; needs STORE, the address of an empty PostgreSQL database
	$(GO) run ./quality/capacity -n 6000 -store "$(STORE)"

update: ## rebuild generated files: lexicon, word lists, golden files, docs/rules.md
	$(GO) generate ./...
	$(GO) test ./checker -run "FixedIsCompiled|ChecklistDocument" -update
	$(GO) test ./formats ./report -run Golden -update
	$(GO) test ./integrations/wordpress -run Languages -update
	$(GO) run ./cmd/proofcheck rules --format markdown --lang en > docs/rules.md
	$(GO) run ./cmd/proofcheck rules --format markdown > docs/rules.zh.md

web: ## rebuild the editor's page into server/page/assets, the same bytes from the same sources; needs node and npm
	cd web && npm ci --no-progress && npm run check && npm run build

falsealarms: ## findings per 10,000 characters of clean text; needs SHARED
	$(GO) run ./quality/falsealarms -shared $(SHARED)

quality: ## precision and recall on evaluation sets, into docs/QUALITY.md; needs SHARED
	$(GO) run ./quality/measure -shared $(SHARED) -out docs/QUALITY.md

model: ## rebuild the typo model and the pairs of sketches; needs SHARED
	$(GO) run ./batch/internal/common -shared $(SHARED) -out batch/common.bin
	$(GO) run ./typo/internal/train -shared $(SHARED) -out typo/model.bin

model-large: ## a model of the detector with all that the texts have, for --typo-model, into bin/large.model; needs SHARED
	mkdir -p bin
	$(GO) run ./typo/internal/train -shared $(SHARED) -grams 20000000 -pairs 5000000 -out bin/large.model
