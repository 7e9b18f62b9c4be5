#!/bin/sh
# Every test: the C++ ones natively and under sanitizers, a second compiler, the next standard, the target images, then Python's.
# Ends with pytest's summary line. Nothing is skipped for want of a tool.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)

say() { printf '\n== %s\n' "$*"; }

say "repository"
.venv/bin/python tools/check_repository.py

for preset in host-release host-asan; do
  say "C++ tests, $preset"
  cmake --preset $preset >/dev/null
  cmake --build build/$preset -j "$jobs" | tail -n 1
  ctest --test-dir build/$preset -j "$jobs" --output-on-failure --no-tests=error
done

say "clang, and C++20"
cmake --preset host-clang -DMIDGE_FREESTANDING_STANDARD=20 >/dev/null
cmake --build build/host-clang -j "$jobs" --target midge_runtime midge_cli | tail -n 1

say "targets"
.venv/bin/python tests/run_images.py
.venv/bin/python tools/check_symbols.py
.venv/bin/python targets/selftest/selftest.py
.venv/bin/python tools/budget.py --check

say "Python"
exec .venv/bin/python -m pytest -q -n "$jobs"
