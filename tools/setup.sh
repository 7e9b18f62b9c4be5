#!/bin/sh
# Installs what a part of Midge needs: setup.sh build|targets|test. As root on Debian it installs the packages that are missing;
# elsewhere it names them in one line and ends with 2. Python packages go into .venv.
set -eu
cd "$(dirname "$0")/.."

build="g++ make cmake ninja-build ccache python3-venv python3-dev libcli11-dev libfmt-dev nlohmann-json3-dev libzip-dev libpng-dev libjpeg-dev libmd-dev libflatbuffers-dev libhdf5-dev"
targets="gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gcc-riscv64-unknown-elf qemu-system-misc"
tests="libgtest-dev clang-19 clang-format-19 git"

part=${1:-}
case $part in
  build) packages=$build; requirements=tools/requirements.txt ;;
  targets) packages="$build $targets"; requirements=tools/requirements.txt ;;
  test) packages="$build $targets $tests"; requirements=tools/requirements-test.txt ;;
  *) echo "setup.sh: say build, targets or test" >&2; exit 2 ;;
esac

missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing packages:$missing. Install them: sudo apt-get install$missing" >&2
    exit 2
  fi
  echo "Installing:$missing"
  log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install:$missing. See above; the whole log is $log" >&2
    exit 2
  fi
  rm -f "$log"
fi

# Debian's own Python: its headers are the ones that python3-dev brings.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
if [ ! -x .venv/bin/python ]; then "$python" -m venv .venv; fi
stamp=.venv/.installed-$part
if [ ! -e "$stamp" ] || [ "$requirements" -nt "$stamp" ] || [ tools/requirements.txt -nt "$stamp" ]; then
  .venv/bin/python -m pip install -q --disable-pip-version-check -r "$requirements"
  touch "$stamp"
fi
