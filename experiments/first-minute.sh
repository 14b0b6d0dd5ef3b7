#!/usr/bin/env bash
# Count the receptive fields that are digits in the first minute, for seeds 1 to 5 at 40 images a second.
#   bash experiments/first-minute.sh [PRESET_FILE [IMAGES_PER_SECOND [SEEDS [id=value ...]]]]
set -euo pipefail
cd "$(dirname "$0")/.."
cargo run --release --no-default-features --quiet --example first_minute -- "$@"
