#!/usr/bin/env bash
# Takes every screenshot in screenshots/ with the program on a virtual display: bash screenshots/make.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-}
if [ -z "$program" ]; then
    cargo build --release --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi
shot() { # NAME PRESET IMAGES SIZE THEME [SCALE]
    echo "screenshots/$1.png"
    # a virtual display that was just closed can still hold its number: a second try gets another one
    for try in 1 2; do
        xvfb-run -a -s "-screen 0 3840x2160x24" "$program" --preset "presets/$2.ron" \
            --screenshot "screenshots/$1.png" --after-images "$3" --size "$4" --theme "$5" --scale "${6:-1}" && return
        sleep "$try"
    done
    return 1
}
for theme in dark light; do
    for size in 1024x700 1440x900 1920x1080; do
        shot "mnist-rstdp-$theme-$size" mnist-rstdp 6000 "$size" "$theme"
    done
    # of networks without images: the model time in ms
    for size in 1024x700 1920x1080; do
        shot "balanced-network-$theme-$size" balanced-network 5000 "$size" "$theme"
    done
    shot "ring-of-two-$theme" ring-of-two 10000 1440x900 "$theme"
    shot "conductance-network-$theme" conductance-network 2000 1440x900 "$theme"
    shot "firing-patterns-$theme" firing-patterns 1000 1440x900 "$theme"
    shot "first-neuron-$theme" first-neuron 0 1440x900 "$theme"
    shot "stdp-window-$theme" stdp-window 0 1440x900 "$theme"
done
for size in 1024x700 1440x900 1920x1080; do
    shot "mnist-gabor-dark-$size" mnist-gabor-rstdp 4000 "$size" dark
done
shot "mnist-stdp-features-light" mnist-stdp-features-rstdp 8000 1440x900 light
shot "mnist-mozafari-dark" mnist-mozafari-conv 45000 1440x900 dark
shot "mnist-mozafari-light-1024x700" mnist-mozafari-conv 8000 1024x700 light
shot "mnist-rstdp-dark-2x" mnist-rstdp 6000 1440x900 dark 2
shot "mnist-diehl-cook-dark" mnist-diehl-cook-100 6000 1440x900 dark
# the editor of networks, by the tests that assemble one
folder=$(mktemp -d)
SPIKESCOPE_GALLERY="$folder" cargo test --quiet --features ui-tests --lib gui::tests::journey_assemble
cp "$folder/editor-dark-1920-projection.png" screenshots/editor-dark-1920x1080.png
cp "$folder/editor-light-1024-population.png" screenshots/editor-light-1024x700.png
# the journey "assemble a network", as a series and as a GIF
rm -f screenshots/journeys/assembler-*.png
for picture in "$folder"/assemble-[0-9]-*.png; do
    name=$(basename "$picture")
    cp "$picture" "screenshots/journeys/assembler-0${name#assemble-}"
done
convert -delay 180 -loop 0 screenshots/journeys/assembler-*.png -resize 960x -layers optimize screenshots/journeys/assembler.gif
rm -r "$folder"
