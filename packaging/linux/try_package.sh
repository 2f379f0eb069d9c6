#!/usr/bin/env bash
# Installs dist/*.deb here, lets the installed program test itself, and removes it again. Where that may not be done (not
# root, no apt, a person's own computer), the file for one user is installed into a folder that is thrown away.
set -euo pipefail
cd "$(dirname "$0")/../.."
export QT_QPA_PLATFORM=offscreen

if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install --yes --quiet=2 --no-install-recommends --allow-downgrades ./dist/*.deb >/dev/null
    trap 'apt-get purge --quiet=2 --yes kndnet-desktop >/dev/null' EXIT
    kndnet self-test
    kndnet-desktop --self-test >/dev/null
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    sh dist/*.run --prefix "$folder/a folder"
    "$folder/a folder/bin/kndnet" self-test
    "$folder/a folder/bin/kndnet-desktop" --self-test >/dev/null
    sh dist/*.run --prefix "$folder/a folder" --uninstall
fi
