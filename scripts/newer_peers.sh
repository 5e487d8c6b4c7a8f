#!/usr/bin/env bash
# scripts/newer_peers.sh VENV: an environment for the peer that needs Python 3.12 or newer.
#
# Where there is none, there is no environment, and `make bench` says what it could not measure.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1

python=$(scripts/newer_python.sh) || {
    echo "make: no Python 3.12 or 3.13 is there, so dynamoxy is not measured"
    exit 0
}
echo "make: setting up $venv with $("$python" -V)"
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: \
    -r requirements/peers-3.12.txt
