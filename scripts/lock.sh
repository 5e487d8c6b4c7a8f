#!/usr/bin/env bash
# Writes the lock files anew, from pyproject.toml, for every supported Python on Linux x86_64.
#
#   scripts/lock.sh             keep what is pinned, add and drop what pyproject.toml demands
#   scripts/lock.sh --upgrade   everything to its newest version that pyproject.toml allows
#
# The oldest supported Python resolves, because what it can install the newer ones can; no
# dependency has a marker that only a newer one meets (`make check` on the newest would show it).
# Whatever index pip is configured to use is used, and its address goes into no file.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3.11}
tools=.venvs/lock

prepare() {
    [ -x "$tools/bin/pip-compile" ] || {
        "$python" -m venv "$tools"
        "$tools/bin/python" -m pip install --quiet pip-tools
    }
}
prepare

compile() {
    CUSTOM_COMPILE_COMMAND=scripts/lock.sh "$tools/bin/pip-compile" --quiet \
        --generate-hashes --allow-unsafe --strip-extras --no-annotate --resolver=backtracking \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options "$@"
}

# What `make` installs. ministack pins botocore, so this is the botocore it asks for.
compile "$@" --extra dev --output-file requirements/dev.txt pyproject.toml
# The extra names the package itself, which `make` installs from this folder: drop that entry.
drop='/^# WARNING|^# Consider/ { next } /^[a-z]/ { keep = !/^tabledesign / } keep || /^#/'
awk "$drop" requirements/dev.txt >requirements/dev.tmp
mv requirements/dev.tmp requirements/dev.txt

# What the newest-botocore lane lays over it with `pip install --no-deps`: boto3 and what comes
# with it, always the newest, which ministack's own pin would never allow.
printf 'boto3\nbotocore\ns3transfer\n' >requirements/newest-botocore.in
compile --upgrade --output-file requirements/newest-botocore.all requirements/newest-botocore.in
awk '/^#/ { print; next }
     /^[a-z]/ { keep = /^(boto3|botocore|s3transfer)==/ }
     keep' requirements/newest-botocore.all >requirements/newest-botocore.txt
rm requirements/newest-botocore.in requirements/newest-botocore.all

# What `make oldest` lays over it: the oldest pydantic and botocore that pyproject.toml allows, with
# what they bring along. The first release of a minor, for it has the fewest of its repairs.
printf 'boto3==1.34.0\nbotocore==1.34.0\npydantic==2.9.0\n' >requirements/oldest.in
compile "$@" --output-file requirements/oldest.txt requirements/oldest.in
rm requirements/oldest.in

# What makes the mutants of `make mutants`, in an environment of its own.
printf 'mutmut\n' >requirements/mutants.in
compile "$@" --output-file requirements/mutants.txt requirements/mutants.in
rm requirements/mutants.in

# What a function has on Lambda: the versions that the tests have, of fewer packages.
printf 'aws-lambda-powertools[parser]\ncedarpy\ncryptography\npydantic\n' >requirements/functions.in
compile "$@" --constraint requirements/dev.txt --output-file requirements/functions.txt \
    requirements/functions.in
rm requirements/functions.in

# What we are measured beside, in environments of their own: one peer needs Python 3.12.
printf '%s\n' 'aws-lambda-powertools[parser]' boto3 cedarpy cryptography fastapi mangum pydantic \
    'aiodynamo[aiohttp]' dynantic dyntastic pydynantic pydynox pynamodb uvloop \
    >requirements/peers.in
compile "$@" --constraint requirements/dev.txt --output-file requirements/peers.txt \
    requirements/peers.in
printf '%s\n' boto3 dynamoxy pydantic uvloop >requirements/peers.in
python=$(scripts/newer_python.sh) tools=.venvs/lock-3.12
prepare
compile "$@" --constraint requirements/dev.txt --output-file requirements/peers-3.12.txt \
    requirements/peers.in
rm requirements/peers.in
python=${PYTHON:-python3.11} tools=.venvs/lock

# What builds, checks and deploys the template, in an environment of its own. This takes minutes:
# the packages of AWS and the emulator pin each other's versions. parliament wants pkg_resources,
# which setuptools had until 81.
printf 'aws-sam-cli\ncryptography\nministack==1.5.33\nparliament\nsetuptools<81\n' >requirements/deploy.in
compile "$@" --output-file requirements/deploy.txt requirements/deploy.in
sed -i "/^$/d" requirements/deploy.txt
rm requirements/deploy.in

# What asks the API at random in `make fuzz-api`, in an environment of its own.
printf 'schemathesis\n' >requirements/fuzz.in
compile "$@" --output-file requirements/fuzz.txt requirements/fuzz.in
rm requirements/fuzz.in

# The second engine: npm writes the integrity, and no address, into its lock.
npm install --prefix engines --package-lock-only --omit-lockfile-registry-resolved \
    --no-audit --no-fund >/dev/null

# What reads the OpenAPI document. Whom to fund is taken out of the lock: those are addresses.
npm install --prefix tools/contract --package-lock-only --omit-lockfile-registry-resolved \
    --no-audit --no-fund --ignore-scripts >/dev/null
"$python" - tools/contract/package-lock.json <<'EOF'
import json, sys
lock = json.load(open(sys.argv[1]))
for package in lock["packages"].values():
    package.pop("funding", None)
open(sys.argv[1], "w").write(json.dumps(lock, indent=2) + "\n")
EOF

if grep -nE '://' requirements/*.txt engines/package-lock.json tools/*/package-lock.json; then
    echo "scripts/lock.sh: a lock file holds an address; remove it before committing" >&2
    exit 1
fi
