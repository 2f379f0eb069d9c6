#!/usr/bin/env bash
# Times from the start of an installed program to its window on the screen of a virtual display: once cold (as root: all
# file caches dropped before), then warm. Needs xvfb and x11-utils; read the figures on an idle machine only.
#
#   packaging/linux/time_start.sh [PROGRAM]      (build/dist/kndnet-desktop/kndnet-desktop, unless told otherwise)
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-build/dist/kndnet-desktop/kndnet-desktop}
scratch=$(mktemp -d)
export DISPLAY=:78
Xvfb "$DISPLAY" -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -rf "$scratch"' EXIT
until xwininfo -root >/dev/null 2>&1; do sleep 0.05; done

once() {
    local begin end window
    begin=$(date +%s%N)
    "$program" --settings "$scratch/settings.json" &
    window=$!
    until xwininfo -root -tree | grep -q '"KNDNet Desktop.* [0-9]\{3,\}x[0-9]\{3,\}+'; do sleep 0.005; done
    end=$(date +%s%N)
    kill "$window"
    wait "$window" 2>/dev/null || true
    echo "$1: $(((end - begin) / 1000000)) ms"
}

if [ "$(id -u)" = 0 ] && [ -w /proc/sys/vm/drop_caches ]; then
    sync
    echo 3 >/proc/sys/vm/drop_caches
    once cold
fi
for _ in 1 2 3 4 5; do once warm; done
