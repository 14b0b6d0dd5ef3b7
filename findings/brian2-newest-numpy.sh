#!/usr/bin/env bash
# brian2 2.9.0 with numpy 2.4.6, Python 3.11. Seen 2026-11-28.
#
# `pip install brian2` into an empty environment takes numpy 2.4.6, because brian2 2.9.0 asks for a lower bound only, and
# reports success; `pip check` finds nothing broken. `import brian2` then fails: the class of quantities wraps the method `ptp`
# of arrays while it is defined, and numpy 2.4 does not have it. With numpy 2.3.5, which still has it, the same brian2 imports.
# A script of a paper that pins brian2 alone therefore stopped running without a change of its own.
#
# Seen: 2.4.6: AttributeError about 'ptp'; 2.3.5: imported.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet brian2==2.9.0 numpy==2.4.6
"$work/venv/bin/pip" check
import() { "$work/venv/bin/python" -W ignore -c 'import numpy, brian2; print("numpy", numpy.__version__, "brian2", brian2.__version__)' 2>&1 | tail -1; }
new=$(import || true)
"$work/venv/bin/pip" install --quiet numpy==2.3.5
old=$(import)
printf 'newest: %s\nolder:  %s\n' "$new" "$old"
[[ $new == *AttributeError*ptp* && $old == "numpy 2.3.5 brian2 2.9.0" ]]
