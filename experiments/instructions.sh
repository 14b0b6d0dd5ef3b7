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

# The difference between runs of 70 and of 10 images, so that loading and building do not count. Without `rep stosb`, of which
# callgrind counts every repetition as an instruction.
export GLIBC_TUNABLES=glibc.cpu.x86_rep_stosb_threshold=0x7fffffff:glibc.cpu.x86_rep_movsb_threshold=0x7fffffff
total() { # PROGRAM PRESET train|test IMAGES
    valgrind --tool=callgrind --callgrind-out-file="$work/calls" "$@" >"$work/said" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
    sed -n 's/^totals: //p; s/^summary: //p' "$work/calls" | head -1
}
count() { # PROGRAM PRESET train|test
    local few many
    few=$(total "$@" 10) many=$(total "$@" 70)
    echo "$(((many - few) / 60000)),$(cat "$work/said")"
}

mkdir -p experiments/instructions
table=experiments/instructions/$(git rev-parse --short "$revision").csv
{
    echo "# bash experiments/instructions.sh $revision, at $(git rev-parse --short HEAD), $(date -I), $(rustc --version | cut -d' ' -f1-2)"
    echo "# thousands of instructions for one image, mean of 60, AVX2, and what the images came to"
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
