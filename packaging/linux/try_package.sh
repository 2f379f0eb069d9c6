#!/usr/bin/env bash
# Installs dist/*.deb here, lets the installed program test itself, and removes it again. Where that may not be done (not
# root, no apt, a person's own computer), the package is unpacked into a folder that is thrown away, or the file for one
# user is installed there.
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
    if compgen -G "dist/*.deb" >/dev/null && command -v dpkg-deb >/dev/null; then
        dpkg-deb --extract dist/*.deb "$folder"
        "$folder/usr/bin/kndnet" self-test
        "$folder/usr/bin/kndnet-desktop" --self-test >/dev/null
        exit
    fi
    sh dist/*.run --prefix "$folder/a folder"
    "$folder/a folder/bin/kndnet" self-test
    "$folder/a folder/bin/kndnet-desktop" --self-test >/dev/null
    sh dist/*.run --prefix "$folder/a folder" --uninstall
fi
