#!/usr/bin/env bash
# scripts/contract.sh: the committed OpenAPI document, read by those who know the rules, and held
# against the released one. Their tools are in .venvs/contract/ (make contract puts them there).
set -euo pipefail
cd "$(dirname "$0")/.."
home=.venvs/contract
tools=$home/node_modules/.bin
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

cp tools/contract/redocly.yaml tools/contract/spectral.yaml "$home/"

echo "== redocly lint"
"$tools/redocly" lint --config "$home/redocly.yaml" docs/openapi.json

echo "== spectral lint"
"$tools/spectral" lint --fail-severity hint -r "$home/spectral.yaml" docs/openapi.json

echo "== no client of the released document breaks"
"$tools/redocly" diff --config "$home/redocly.yaml" --fail-on major \
    docs/openapi.released.json docs/openapi.json

echo "== a planted break is refused"
python3 - docs/openapi.json "$home/broken.json" <<'EOF'
import json, sys
document = json.load(open(sys.argv[1]))
document["paths"].popitem()
json.dump(document, open(sys.argv[2], "w"))
EOF
if "$tools/redocly" diff --config "$home/redocly.yaml" --fail-on major \
    docs/openapi.json "$home/broken.json" >/dev/null 2>&1; then
    echo "contract: a path was taken away and nothing was said" >&2
    exit 1
fi
echo "contract: clean, and compatible with the released document"
