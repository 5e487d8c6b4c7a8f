#!/usr/bin/env bash
# scripts/browser.sh: Chromium from Debian's packages, for the tests of pages; nothing if it is there.
set -euo pipefail

fail() {
    echo "make: $1" >&2
    exit 1
}

command -v chromium >/dev/null && exit 0
command -v apt-get >/dev/null ||
    fail "chromium is not there; install it, so that the tests of pages have a browser"
[ "$(id -u)" = 0 ] ||
    fail "chromium is not there; install it (Debian, Ubuntu: sudo apt-get install chromium)"
echo "make: installing chromium from the distribution's packages"
apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium >/dev/null ||
    fail "chromium could not be installed; see the message above"
