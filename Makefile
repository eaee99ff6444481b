# make demo   the main job before your eyes      make test   every test
# make build  .build/release/holdfast            make setup  only the packages that the others need
# make bench  the engine beside other backup programs; SCALE=0.1 ROUNDS=3 make it short (Benchmarks/README.md)
# make bench-api   the speed of the API, next to the limits of this machine

.PHONY: demo build test bench bench-api fuzz simulate kill sanitize soak setup clean
# Hundreds of tests at once starve the servers that some of them start; programs run when nothing else does.
# A test that waits for ever is a failure, not a run without an end.
FEW = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
SWIFT_FLAGS = --explicit-target-dependency-import-check error

demo: build
	@.build/release/holdfast demo $(if $(TENANT),--tenant "$(TENANT)")

build: setup
	swift build --configuration release --product holdfast $(SWIFT_FLAGS)

test: setup
	swift build --build-tests $(SWIFT_FLAGS)
	$(FEW) timeout 30m swift test --skip-build --skip EndToEndTests
	$(FEW) timeout 30m swift test --skip-build --filter EndToEndTests

bench-api: build
	scripts/setup wrk
	swift build --package-path Benchmarks --configuration release
	Benchmarks/api $(BENCH_FLAGS)

# What CI runs for a moment, for as long as you like: N inputs for each parser, the lives of SEEDS.
fuzz: setup
	HOLDFAST_FUZZ_ITERATIONS=$(or $(N),100000) swift test --filter ParserFuzzTests

simulate: setup
	HOLDFAST_SIMULATION_SEEDS=$(or $(SEEDS),1000-1099) swift test --filter 'SimulationTests.SimulationTests'

# N kills (SIGKILL) in each test of KillTests: backup, restore, prune, first and later starts, writes of the catalogue.
kill: setup
	HOLDFAST_KILLS=$(or $(N),100) HOLDFAST_KILL_SEED=$(or $(SEED),1) swift test --filter KillTests

# The tests but the end-to-end ones under the thread sanitizer, then those of parsers, stores and the engine under the address sanitizer: each builds
# into a folder of its own (2 GB, 20 minutes on two cores), and ends with the first suite that a report fails. What came of it: docs/robustness.md.
TESTS = debug/holdfastPackageTests.xctest --testing-library swift-testing
sanitize: setup
	swift build --build-tests --sanitize thread --scratch-path .build-thread $(SWIFT_FLAGS)
	clang -O1 -Wall -Wextra -Werror -shared -fPIC -o .build-thread/mutex.so scripts/sanitizers/mutex.c -ldl
	LD_PRELOAD=$(CURDIR)/.build-thread/mutex.so TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/sanitizers/races-that-are-none exitcode=66" $(FEW) \
		.build-thread/$(TESTS) --skip 'EndToEndTests|InteropTests|ChunkerTests'
	swift build --build-tests --sanitize address --scratch-path .build-address $(SWIFT_FLAGS)
	ASAN_OPTIONS=detect_leaks=0 $(FEW) .build-address/$(TESTS) \
		--filter '^(ResticFormat|ObjectStorage|BackupRepository|OData|Connectors|Interop|Fuzz|Catalog)Tests'

# The load of many drives and clients on a running server, for M minutes (Benchmarks/README.md).
soak: build
	@python3 Benchmarks/soak.py $(SOAK_FLAGS)

bench: build
	@Benchmarks/peers .build/bench/peers
	@python3 Benchmarks/bench.py --scale $(or $(SCALE),1) --rounds $(or $(ROUNDS),5) $(if $(CORPORA),--corpora $(CORPORA)) $(if $(ROWS),--rows "$(ROWS)")

setup:
	@scripts/setup

clean:
	rm -rf .build demo
