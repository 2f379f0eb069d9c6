#!/usr/bin/env bash
# Proves the installers in dist/ on clean machines: fresh Debian roots without Python, a normal user without network, a
# home folder with a space and a letter that is not ASCII, a program folder that can't be written to, a display. Needs
# root, debootstrap and xvfb.
#
#   packaging/linux/clean_machine_test.sh [RELEASE]...      (bookworm and trixie, unless told otherwise)
#
# KNDNET_ROOTS=FOLDER keeps the roots there for the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."
releases=("$@")
[ ${#releases[@]} -gt 0 ] || releases=(bookworm trixie)

# Mounts below belong to this namespace alone: they vanish with it, however the script ends.
if [ -z "${KNDNET_CLEAN_MACHINE:-}" ]; then
    exec env KNDNET_CLEAN_MACHINE=1 unshare --mount --propagation private "$0" "${releases[@]}"
fi

roots=${KNDNET_ROOTS:-}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/kndnet-clean.XXXXXX")
display=:77
Xvfb "$display" -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
server=$!
finish() {
    code=$?
    kill "$server" 2>/dev/null || true
    findmnt --list --noheadings --output TARGET | grep "^$scratch/" | sort --reverse | xargs --no-run-if-empty umount --lazy
    rm -rf --one-file-system "$scratch"
    exit "$code"
}
trap finish EXIT

mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Release: bookworm' | head -n 1)
home='/home/Zoë Müller'
mkdir -p out

fail() {
    echo "FAILED: $1"
    exit 1
}

# As the user, without a network: a new network namespace has none, not even loopback.
user() {
    unshare --net chroot "$root" setpriv --reuid 1234 --regid 1234 --clear-groups \
        env -i HOME="$home" USER=zoe PATH=/usr/bin:/bin LANG=C.UTF-8 "$@"
}

# What every installation must do: test itself, answer, open a window on a real display, without a word too many.
use() { # NAME KNDNET KNDNET-DESKTOP
    user QT_QPA_PLATFORM=offscreen "$2" self-test 2>"$scratch/said" || fail "the self-test"
    grep -v '^This plugin does not support propagateSizeHints()$' "$scratch/said" && fail "unexpected output above"
    user DISPLAY="$display" "$3" --screenshot "$home/window.png" "$home/Läsion 1.jpg" 2>"$scratch/said" || fail "the window"
    [ ! -s "$scratch/said" ] || { cat "$scratch/said" && fail "unexpected output above"; }
    cp "$root$home/window.png" "out/installed-$1.png"
    rm "$root$home/window.png"
    user "$2" classify "$home/Läsion 1.jpg"
}

for release in "${releases[@]}"; do
    echo "--- Debian $release"
    root=$scratch/$release
    mkdir "$root"
    if [ -n "$roots" ] && [ -d "$roots/$release" ]; then
        cp -a "$roots/$release/." "$root"
    else
        debootstrap --variant=minbase "$release" "$root" "${mirror:-http://deb.debian.org/debian}" >/dev/null
        if [ -n "$roots" ]; then mkdir -p "$roots" && cp -a "$root" "$roots/$release"; fi
    fi
    [ ! -e "$root/usr/bin/python3" ] || fail "there is a Python in this root"
    cp --dereference /etc/resolv.conf /etc/hosts "$root/etc/"
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mkdir -p "$root/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
    chroot "$root" useradd --uid 1234 --create-home --home-dir "$home" zoe
    install --owner 1234 resources/samples/drawn-nevus.jpg "$root$home/Läsion 1.jpg"
    cp dist/*.deb "$root/kndnet.deb"
    cp dist/*.run "$root/kndnet.run"
    chmod a+r "$root"/kndnet.*

    echo "--- $release: the package"
    chroot "$root" apt-get update -qq
    chroot "$root" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends /kndnet.deb' >/dev/null 2>&1
    [ ! -e "$root/usr/bin/python3" ] || fail "the package pulls a Python in"
    user touch /usr/lib/kndnet-desktop/x 2>/dev/null && fail "the program's folder can be written to"
    use "$release-deb" kndnet kndnet-desktop
    chroot "$root" test -f /usr/share/man/man1/kndnet.1.gz || echo "(this root keeps no manual pages)"
    chroot "$root" apt-get purge -qq kndnet-desktop >/dev/null 2>&1
    left=$(find "$root/usr" "$root/etc" "$root/var/lib" -iname '*kndnet*' -not -path '*/apt/*')
    [ -z "$left" ] || fail "left behind: $left"

    echo "--- $release: the file for one user"
    # What every desktop has: the libraries that the package pulled in are still there, and xz comes now.
    chroot "$root" apt-get install -qq --no-install-recommends xz-utils >/dev/null 2>&1
    user sh /kndnet.run || fail "the installation"
    installed="$home/.local/lib/kndnet-desktop"
    chmod -R a-w "$root$installed"
    use "$release-run" "$home/.local/bin/kndnet" "$home/.local/bin/kndnet-desktop"
    mkdir -p "$root$home/.config/KNDNet Desktop"
    echo '{"theme": "dark"}' >"$root$home/.config/KNDNet Desktop/settings.json"
    chown -R 1234 "$root$home/.config"
    user sh /kndnet.run >/dev/null || fail "the upgrade in place"
    grep -q dark "$root$home/.config/KNDNet Desktop/settings.json" || fail "the upgrade lost the settings"
    grep '^Exec=' "$root$home/.local/share/applications/kndnet-desktop.desktop"
    user sh "$installed/uninstall.sh" || fail "the removal"
    # fontconfig keeps a cache of the system's fonts for all programs.
    left=$(cd "$root$home" && find . -type f -not -name '.bash*' -not -name .profile -not -path './.cache/fontconfig/*')
    echo "Left in the home folder:"
    echo "$left"
    [ "$(grep -c . <<<"$left")" = 2 ] || fail "more is left than the photo and the settings"
done
echo "All is well."
