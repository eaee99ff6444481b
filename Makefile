# make demo   the main job before your eyes      make test   every test
# make build  .build/release/holdfast            make setup  only the packages that the others need
# make bench-api   the speed of the API, next to the limits of this machine

.PHONY: demo build test setup clean bench-api
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

setup:
	@scripts/setup

clean:
	rm -rf .build demo
