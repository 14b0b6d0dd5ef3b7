#!/usr/bin/env bash
# Count the instructions of training and of testing one image, for every preset that learns from images, in this version and in
# another revision, under callgrind. Both run the presets of that revision on the same images, one thread, AVX2. Half an hour.
#   bash experiments/instructions.sh [REVISION]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "this needs valgrind" >&2; exit 2; }
revision=${1:-2ef8e28}
work=$(mktemp -d)
trap 'git worktree remove --force "$work/before" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/before" "$revision"
cp examples/instructions.rs "$work/before/examples/"
build() { cargo build --release --no-default-features --locked --quiet --example instructions; }
build
(cd "$work/before" && CARGO_TARGET_DIR=${BEFORE_TARGET_DIR:-$work/target} build)
now=${CARGO_TARGET_DIR:-$PWD/target}/release/examples/instructions
before=${BEFORE_TARGET_DIR:-$work/target}/release/examples/instructions

count() { # PROGRAM PRESET train|test
    valgrind --tool=callgrind --callgrind-out-file="$work/calls" --toggle-collect='*counted_*' "$@" >"$work/said" 2>"$work/log" ||
        { cat "$work/log" >&2; exit 1; }
    local total
    total=$(sed -n 's/^totals: //p; s/^summary: //p' "$work/calls" | head -1)
    echo "$((total / 60000)),$(cat "$work/said")"
}

mkdir -p experiments/instructions
table=experiments/instructions/$(git rev-parse --short "$revision").csv
{
    echo "# bash experiments/instructions.sh $revision, at $(git rev-parse --short HEAD), $(date -I), $(rustc --version | cut -d' ' -f1-2)"
    echo "# thousands of instructions for one image, mean of 60, AVX2, and what these 60 images came to"
    echo "preset,what,before,result before,now,result now,change in %"
    for preset in "$work"/before/presets/mnist-*.ron; do
        for what in train test; do
            a=$(count "$before" "$preset" "$what") b=$(count "$now" "$preset" "$what")
            row="$(basename "$preset" .ron),$what,$a,$b,$(awk "BEGIN { printf \"%.1f\", 100 * (${b%%,*} / ${a%%,*} - 1) }")"
            echo "$row"
            echo "$row" >&2
        done
    done
} >"$work/table"
mv "$work/table" "$table"
