#!/usr/bin/env bash
# All tests, cheapest first: `bash tests/run.sh`. Installs the system packages that a machine without a display needs.
set -euo pipefail
cd "$(dirname "$0")/.."

# A software driver of OpenGL, a virtual display, and the libraries that the window loads at run time.
packages=(libgl1-mesa-dri libgl1 libegl1 xvfb xauth xdotool xclip libxkbcommon-x11-0 libxcursor1 libxi6 libxrandr2 libx11-xcb1)
# NumPy, to read exports.
packages+=(python3 python3-numpy)
missing=()
if command -v dpkg-query >/dev/null; then
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    export DEBIAN_FRONTEND=noninteractive
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# everything is compiled once
export CARGO_INCREMENTAL=0

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step "format"
cargo fmt --check
step "lints of engine and command line"
cargo clippy --quiet --no-default-features --all-targets -- -D warnings
step "engine and command line do not depend on the window"
if cargo tree --no-default-features -e normal | grep -E '^.* (egui|eframe|wgpu|winit) '; then
    echo "the headless build must not depend on these" >&2
    exit 1
fi
step "lints of the window"
cargo clippy --quiet --all-targets --features ui-tests -- -D warnings
step "tests"
# of engine, command line and window in one build: the library is compiled once for all of them
cargo test --features ui-tests
step "the window on a virtual display"
# the program of the tests: cargo build would compile it again with other features of its dependencies
bash tests/window.sh "${CARGO_TARGET_DIR:-target}/debug/spikescope"
step "done"
