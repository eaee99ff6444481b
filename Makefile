# make demo   the main job before your eyes      make test   every test
# make build  .build/release/holdfast            make setup  only the packages that the others need
# make bench-api   the speed of the API, next to the limits of this machine

.PHONY: demo build test fuzz simulate setup clean bench-api
SWIFT_FLAGS = --explicit-target-dependency-import-check error

demo: build
	@.build/release/holdfast demo $(if $(TENANT),--tenant "$(TENANT)")

build: setup
	swift build --configuration release --product holdfast $(SWIFT_FLAGS)

test: setup
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build

bench-api: build
	swift build --package-path Benchmarks --configuration release
	Benchmarks/api $(BENCH_FLAGS)

# What CI runs for a moment, for as long as you like: N inputs for each parser, the lives of SEEDS.
fuzz: setup
	HOLDFAST_FUZZ_ITERATIONS=$(or $(N),100000) swift test --filter ParserFuzzTests

simulate: setup
	HOLDFAST_SIMULATION_SEEDS=$(or $(SEEDS),1000-1099) swift test --filter 'SimulationTests.SimulationTests'

setup:
	@scripts/setup

clean:
	rm -rf .build demo
