#!/usr/bin/env bash
# scripts/engines.sh BINARY: dynoxide, pinned by its integrity, into .engines/.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1

fail() {
    echo "make: $1" >&2
    exit 1
}

[ "$(uname -sm)" = "Linux x86_64" ] ||
    fail "dynoxide is pinned for Linux x86_64 only; on $(uname -sm) use the embedded engine: make demo"
command -v npm >/dev/null ||
    fail "npm is not there, and dynoxide comes with it; install Node.js (Debian, Ubuntu: apt-get install npm)"

mkdir -p .engines
cp engines/package.json engines/package-lock.json .engines/
npm ci --prefix .engines --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null ||
    fail "npm could not install dynoxide; see its message above, then run make again"
version=$("$binary" --version) ||
    fail "dynoxide is installed but does not run; try it by hand: $binary --version"
echo "make: $version in .engines/"
