# Midge. make build: the tool and the Python package, into .venv. make demo: the main job. make test: every test.
# make test-targets: the operators on the targets, at length.
# Each sets up what it needs: on Debian as root by itself, elsewhere it says in one line what is missing.

JOBS ?= $(shell nproc)
MIDGE = .venv/bin/midge

.PHONY: build demo test test-targets clean

build:
	@tools/setup.sh build
	@mkdir -p build && cmake --preset host-release >build/configure.log 2>&1 || { cat build/configure.log; exit 2; }
	@cmake --build build/host-release -j $(JOBS) --target midge_cli midge_python
	@cmake --install build/host-release --component python >/dev/null
	@echo "Built: $(MIDGE), and .venv/bin/python -c 'import midge'"

demo: build
	@tools/setup.sh targets
	@.venv/bin/python examples/digits/demo.py

test: build
	@tools/setup.sh test
	@tools/test.sh

test-targets: build
	@tools/setup.sh test
	@.venv/bin/python tests/run_images.py
	@.venv/bin/python tests/run_cases.py --count 100

clean:
	rm -rf build
