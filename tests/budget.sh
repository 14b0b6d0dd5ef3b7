#!/usr/bin/env bash
# Counts the instructions of training under callgrind and compares them with tests/budget.txt; unlike times, counts do not
# depend on the load of the machine. Fails if they exceed the budget by 5 %; `bash tests/budget.sh --write` sets a new budget.
# Ten seconds after the build; not in CI. The AVX2 path is measured, because valgrind does not support AVX-512 (see
# examples/budget.rs). Counts depend on the compiler version, which is stated in the budget file.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "this needs valgrind" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cargo build --release --no-default-features --locked --example budget
program=${CARGO_TARGET_DIR:-target}/release/examples/budget
valgrind --tool=callgrind --callgrind-out-file="$folder/out" --toggle-collect='*budget_of_training*' \
    "$program" >"$folder/said" 2>"$folder/log" || { cat "$folder/log" >&2; exit 2; }
counted=$(sed -n 's/^totals: //p; s/^summary: //p' "$folder/out" | head -1)
[ "${counted:-0}" -gt 0 ] || { echo "callgrind counted nothing" >&2; cat "$folder/log" >&2; exit 2; }
what="$(cat "$folder/said")"

if [ "${1:-}" = --write ]; then
    {
        echo "# Instructions of training mnist-rstdp, AVX2, one thread; made by: bash tests/budget.sh --write"
        echo "# $what; $(rustc --version | cut -d' ' -f1-2)"
        echo "$counted"
    } >tests/budget.txt
fi
budget=$(grep -v '^#' tests/budget.txt)
grep -qF "# $what;" tests/budget.txt || echo "note: the budget was of other work: $(sed -n 2p tests/budget.txt)"
echo "$what: $counted instructions, budget $budget, $((counted * 1000 / budget - 1000)) per mille above it"
if [ "$counted" -gt $((budget + budget / 20)) ]; then
    echo "FAILED: more than 5 % above the budget of tests/budget.txt" >&2
    exit 1
fi
