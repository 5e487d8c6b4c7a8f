#!/usr/bin/env bash
# scripts/newer_python.sh: names a Python 3.12 or 3.13, or ends with 1 where there is none.
set -euo pipefail

# One on PATH that starts (pyenv's shims may not), or what pyenv holds.
root=$(pyenv root 2>/dev/null || echo "${PYENV_ROOT:-$HOME/.pyenv}")
for python in python3.12 "$root"/versions/3.12.*/bin/python3 \
    python3.13 "$root"/versions/3.13.*/bin/python3; do
    "$python" -c '' 2>/dev/null && echo "$python" && exit 0
done
exit 1
