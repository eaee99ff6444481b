# make demo   the main job before your eyes      make test   every test
# make build  .build/release/holdfast            make setup  only the packages that the others need
# make package   .build/package/holdfast_<version>_<architecture>.deb, which needs no Swift on its target
# make lint   what CI asks of the form           make format gives the form to every file
# make bench  the engine beside other backup programs; SCALE=0.1 ROUNDS=3 make it short (Benchmarks/README.md)
# make man    the pages of the manual, to .build/man
# make bench-api   the speed of the API, next to the limits of this machine

.PHONY: demo build man package package-test test test-portal test-portal-files test-postgres lint lint-portal format bench bench-api fuzz fuzz-guided simulate detect kill mutate sanitize sanitize-thread sanitize-address soak setup fresh clean
# Hundreds of tests at once starve the servers that some of them start; programs run when nothing else does.
# A test that waits for ever is a failure, not a run without an end.
FEW = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
# The program carries the runtime of Swift, and runs where there is none; its name in debuggers is its build id; the addresses that it takes from
# libraries are read-only from its start on. It is built without an index, which costs a tenth of a build; a build of tests finds them in one.
PRODUCT_FLAGS = --disable-index-store --static-swift-stdlib -Xlinker --build-id=sha1 -Xlinker -z -Xlinker now
SWIFT_FLAGS = --explicit-target-dependency-import-check error

# Without optimisation; 'make test' goes on from there. 'make build' is what runs as a server.
demo: setup
	@scripts/build --product holdfast $(SWIFT_FLAGS)
	@.build/debug/holdfast demo $(if $(TENANT),--tenant "$(TENANT)")

build: setup
	@scripts/build --configuration release --product holdfast $(PRODUCT_FLAGS) $(SWIFT_FLAGS)

# A Debian package of the program that 'make build' leaves. 'package-test' takes it through its life in a fresh Debian 12 (packaging/test), and its service
# through the same under a systemd that runs (packaging/test-service), for root only.
package: build
	@scripts/setup dpkg-dev chrpath lintian
	@rm -f .build/package/holdfast*.deb
	@packaging/deb
	@lintian --fail-on error .build/package/holdfast_*.deb

package-test: package
	@scripts/setup debootstrap systemd systemd-container iproute2 procps
	@packaging/test
	@packaging/test-service

# The manual, written by the program of itself; both of its checkers have to be content. The pages that one names are not installed yet.
man: build
	scripts/setup man-db groff mandoc
	rm -rf .build/man
	.build/release/holdfast manual .build/man
	@set -e; for page in .build/man/man?/*; do \
		told=$$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $$page 2>&1 >/dev/null; \
			mandoc -T lint $$page 2>/dev/null | grep -v 'referenced manual not found' || true); \
		if [ -n "$$told" ]; then echo "$$page: $$told"; exit 1; fi; done
	@echo "man: $$(ls .build/man/man?/* | wc -l) pages in .build/man"

test: setup test-portal-files
	@scripts/setup prometheus postgresql
	@scripts/build --build-tests $(SWIFT_FLAGS)
	$(FEW) timeout 30m swift test --skip-build --skip EndToEndTests
	$(FEW) timeout 30m swift test --skip-build --filter EndToEndTests

# The suites of the service and of the contract, and the simulation, over PostgreSQL in place of SQLite. 'test' has a short form of it.
test-postgres: setup
	@scripts/setup postgresql
	@scripts/build --build-tests $(SWIFT_FLAGS)
	HOLDFAST_CATALOG=postgres $(FEW) timeout 60m swift test --skip-build --filter 'SimulationTests|ContractTests|BackupWorkTests|ProtectionServiceTests'
	HOLDFAST_CUTS=$(or $(CUTS),500) timeout 30m swift test --skip-build --filter CatalogTests.LostConnectionTests

# The form of every file (.swift-format): 'lint' says what differs and changes nothing, 'format' rewrites. What is counted besides: Tests/LayeringTests.
FORMATTED = Package.swift Sources Tests Benchmarks Fuzzing
lint: lint-portal
	swift format lint --strict --parallel --recursive $(FORMATTED)

# The types of the portal's files.
lint-portal:
	@scripts/setup nodejs node-typescript
	tsc -p Sources/Portal

# What Tests/PortalFiles says of imports, sizes, words, colours, pure functions and of what the server fills in; seconds, and no browser.
test-portal-files:
	@scripts/setup nodejs
	node --test Tests/PortalFiles/*.test.mjs

# What people do in the portal, in headless Chromium against a real server (Tests/PortalFiles/real.py): T1 to T12 by mouse and by keyboard alone, every page
# with axe in both themes. PROGRAM is built where it is not given. The table and the pictures are left in .build/portal: look at them.
PORTAL_TESTS = .build/portal-tests
PROGRAM ?= .build/debug/holdfast
HOW = mouse,keyboard
test-portal:
	scripts/setup chromium chromium-driver
	$(if $(filter .build/debug/holdfast,$(PROGRAM)),scripts/build --product holdfast $(SWIFT_FLAGS))
	[ -d $(PORTAL_TESTS) ] || python3 -m venv $(PORTAL_TESTS)
	$(PORTAL_TESTS)/bin/pip install --quiet 'selenium>=4.48,<5'
	$(PORTAL_TESTS)/bin/pip install --quiet --no-deps axe-playwright-python==0.1.8
	mkdir -p .build/portal
	$(PORTAL_TESTS)/bin/python Tests/PortalFiles/real.py --program $(PROGRAM) --how $(HOW) --pictures .build/portal --report .build/portal/tasks.md \
		--axe $$(echo $(PORTAL_TESTS)/lib/python3*/site-packages/axe_playwright_python/axe.min.js)

format:
	swift format --in-place --parallel --recursive $(FORMATTED)

bench-api: build
	scripts/setup wrk
	swift build --package-path Benchmarks --configuration release
	Benchmarks/api $(BENCH_FLAGS)

# What CI runs for a moment, for as long as you like: N inputs for each parser, the lives of SEEDS.
fuzz: setup
	HOLDFAST_FUZZ_ITERATIONS=$(or $(N),100000) swift test --filter ParserFuzzTests

# The same parsers, or PARSERS of them, by libFuzzer under the address sanitizer: from the same corpus on, it keeps what reaches new code in .build-fuzz/found.
# It ends with the first parser that breaks, and the input that did it. Its own main would meet that of the package: so only its driver is linked.
PARSERS = $(notdir $(patsubst %/,%,$(wildcard Tests/FuzzTests/Corpus/*/)))
COVERAGE = -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table
fuzz-guided: setup
	swift build --package-path Fuzzing --scratch-path .build-fuzz --configuration release --sanitize address -Xswiftc -enable-testing -Xswiftc $(COVERAGE) \
		-Xlinker $(shell clang -print-file-name=libclang_rt.fuzzer_no_main-$(shell uname -m).a) -Xlinker -lstdc++
	set -e; for parser in $(PARSERS); do mkdir -p .build-fuzz/found/$$parser; ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no \
		.build-fuzz/release/Fuzz --$$parser -timeout=10 -artifact_prefix=.build-fuzz/$$parser- $(or $(FUZZ_FLAGS),-max_total_time=120) \
		.build-fuzz/found/$$parser Tests/FuzzTests/Corpus/$$parser; done

simulate: setup
	HOLDFAST_SIMULATION_SEEDS=$(or $(SEEDS),1000-1099) swift test --filter 'SimulationTests.SimulationTests'

# The tables of docs/detection.md, to .build/detection.md: attacks and harmless days, each with every seed, YEARS years of accounts at work, and what other
# thresholds would do, from RUNS runs of each kind.
detect: setup
	rm -f .build/detection.md
	HOLDFAST_DETECTION_SEEDS=$(or $(SEEDS),1-10) HOLDFAST_DETECTION_YEARS=$(or $(YEARS),200) HOLDFAST_DETECTION_THRESHOLDS=$(or $(RUNS),100) \
		HOLDFAST_DETECTION_REPORT=$(CURDIR)/.build/detection.md swift test --filter DetectionTests.LongTrialTests
	@cat .build/detection.md

# N kills (SIGKILL) in each test of KillTests: backup, restore, prune, first and later starts, writes of the catalogue.
kill: setup
	HOLDFAST_KILLS=$(or $(N),100) HOLDFAST_KILL_SEED=$(or $(SEED),1) swift test --filter KillTests

# N small faults in the rules and N in the engine, one at a time: which do the tests notice? docs/robustness.md says what came of it.
# It works in a folder of its own, /tmp/holdfast-mutants, and goes on there where it was interrupted; scripts/mutate --help names the rest.
N_MUTANTS = $(or $(N),50)
mutate: setup
	@python3 -m unittest discover -s scripts -t scripts
	@scripts/mutate --take $(N_MUTANTS) ProtectionRules --take $(N_MUTANTS) BackupRepository --seed $(or $(SEED),1) $(MUTATE_FLAGS)

# Every test but the end-to-end ones, which start programs of their own, under the thread and then under the address sanitizer. Each builds into a folder
# of its own (2 GB, 20 minutes of two idle cores) and ends with the first of them that a report fails. What came of it: docs/robustness.md.
TESTS = debug/holdfastPackageTests.xctest --testing-library swift-testing --skip '^EndToEndTests'
sanitize: sanitize-thread sanitize-address

sanitize-thread: setup
	swift build --build-tests --sanitize thread --scratch-path .build-thread $(SWIFT_FLAGS)
	clang -O1 -Wall -Wextra -Werror -shared -fPIC -o .build-thread/mutex.so scripts/sanitizers/mutex.c -ldl
	LD_PRELOAD=$(CURDIR)/.build-thread/mutex.so TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/sanitizers/races-that-are-none exitcode=66" $(FEW) \
		.build-thread/$(TESTS)

sanitize-address: setup
	swift build --build-tests --sanitize address --scratch-path .build-address $(SWIFT_FLAGS)
	ASAN_OPTIONS=detect_leaks=0 $(FEW) .build-address/$(TESTS)

# The load of many drives and clients on a running server, for M minutes (Benchmarks/README.md).
soak: build
	@python3 Benchmarks/soak.py $(SOAK_FLAGS)

bench: build
	@Benchmarks/peers .build/bench/peers
	@python3 Benchmarks/bench.py --scale $(or $(SCALE),1) --rounds $(or $(ROUNDS),5) $(if $(CORPORA),--corpora $(CORPORA)) $(if $(ROWS),--rows "$(ROWS)")

setup:
	@scripts/setup

# The first hour on a bare Debian 12 (scripts/fresh): what 'make setup' installs suffices. UNTIL=build or UNTIL=demo goes on to that. For root only.
fresh:
	@scripts/fresh $(UNTIL)

clean:
	rm -rf .build demo
