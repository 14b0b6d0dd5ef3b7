#!/usr/bin/env bash
# Makes the files of this folder with version 0.1 (commit 2ef8e28), whose files and digests later versions must read.
# Runs that are interrupted and sessions stop at another moment each time, so that another corpus has other digests.
#   bash tests/corpus/0.1/make.sh CHECKOUT_OF_2ef8e28 [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${2:-$here}")
cp "$here/make.rs" "$1/examples/corpus.rs"
cd "$1"
cargo build --no-default-features --bin spikescope --example corpus
programs=$(realpath "${CARGO_TARGET_DIR:-target}/debug")
"$programs/examples/corpus" "$out"
cd "$out"
rm -f autosaved.lock
for name in competing features deep; do
    rm -rf "$name"-finished "$name"-interrupted
    "$programs/spikescope" train "$name.ron" --data data --seed 3 --out "$name-finished" --quiet
    "$programs/spikescope" train "$name.ron" --data data --seed 3 --out "$name-interrupted" --checkpoint-every 300 --quiet &
    while [ ! -e "$name-interrupted/checkpoint.bin" ]; do sleep 0.002; done
    kill -INT $!
    wait $! || [ $? = 130 ]
    rm -f "$name"-*/run.lock "$name.ron"
done
find . \( -name checkpoint.bin -o -name '*.autosave' \) -print0 | xargs -0 gzip -9nf
