#!/bin/sh
# Every test: the C++ ones natively and under sanitizers, a second compiler, the next standard, the target images, then Python's.
# Ends with pytest's summary line. Nothing is skipped for want of a tool.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
python=.venv/bin/python
start=$(date +%s)

say() { printf '\n== %s (after %s s)\n' "$*" "$(($(date +%s) - start))"; }

# build PRESET [cmake arguments of the configuration] -- [arguments of the build]
build() {
  preset=$1
  shift
  log=build/$preset.log
  set_up=""
  while [ $# -gt 0 ] && [ "$1" != "--" ]; do set_up="$set_up $1"; shift; done
  [ $# -gt 0 ] && shift
  # shellcheck disable=SC2086
  if ! { cmake --preset "$preset" $set_up && cmake --build "build/$preset" -j "$jobs" "$@"; } >"$log" 2>&1; then
    grep -E -A 10 "error|FAILED|Error" "$log" | head -n 60 || tail -n 40 "$log"
    echo "building $preset failed; the whole output is in $log" >&2
    exit 1
  fi
}

say "repository"
$python tools/check_repository.py
git ls-files '*.h' '*.cc' | xargs clang-format-19 --dry-run --Werror

for preset in host-release host-asan; do
  say "C++ tests, $preset"
  case $preset in host-asan) build $preset -- --target midge_tests midge_compiler_tests midge_damage ;; *) build $preset -- ;; esac
  ctest --test-dir build/$preset -j "$jobs" --output-on-failure --no-tests=error --quiet -O build/$preset.ctest.log || {
    tail -n 80 build/$preset.ctest.log
    exit 1
  }
  tail -n 3 build/$preset.ctest.log
done

say "clang, and the runtime as C++20"
build host-clang -DMIDGE_FREESTANDING_STANDARD=20 -- --target midge_runtime midge_cli

say "images on the targets"
$python tests/run_images.py
$python tests/run_cases.py --count 20
$python targets/selftest/selftest.py
$python tools/check_symbols.py
$python tools/check_snippets.py
$python tools/make_docs.py --check
$python tools/budget.py --check

say "Python"
exec $python -m pytest -q -n "$jobs"
