#!/usr/bin/env bash
# scripts/newer_peers.sh VENV: an environment for the peer that needs Python 3.12 or newer.
#
# Where there is none, there is no environment, and `make bench` says what it could not measure.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1

# One on PATH that starts (pyenv's shims may not), or the newest that pyenv holds.
found=
root=$(pyenv root 2>/dev/null || echo "${PYENV_ROOT:-$HOME/.pyenv}")
for python in python3.12 python3.13 "$root"/versions/3.1[23].*/bin/python3; do
    "$python" -c '' 2>/dev/null && found=$python && break
done
if [ -z "$found" ]; then
    echo "make: no Python 3.12 or 3.13 is there, so dynamoxy is not measured"
    exit 0
fi
echo "make: setting up $venv with $("$found" -V)"
"$found" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: \
    -r requirements/peers-3.12.txt
