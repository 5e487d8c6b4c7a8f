#!/usr/bin/env bash
# scripts/venv.sh PYTHON VENV: an environment with everything pinned, and this package, editable.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
venv=$2

fail() {
    echo "make: $1" >&2
    exit 1
}

command -v "$python" >/dev/null ||
    fail "$python is not there; install Python 3.11, 3.12 or 3.13, or name it: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    fail "$("$python" -V) is not supported; name a Python 3.11, 3.12 or 3.13: make PYTHON=python3.13"

# An environment of another Python, or one whose Python is gone, is made anew.
version='import sys; print(sys.version_info[:3])'
if [ "$("$venv/bin/python" -c "$version" 2>/dev/null)" != "$("$python" -c "$version")" ]; then
    echo "make: setting up $venv with $("$python" -V)"
    "$python" -m venv --clear "$venv" 2>/dev/null ||
        fail "$python cannot make an environment; install its venv module (Debian, Ubuntu: apt-get install python3-venv)"
fi

echo "make: installing what requirements/dev.txt pins into $venv"
"$venv/bin/python" -m pip install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt ||
    fail "the pinned packages could not be installed; see pip's message above, then run make again"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
