#!/usr/bin/env bash
# Proves the README's two commands on a bare machine: a fresh Debian 12 root with python3, pip, git and make and nothing
# else, a clean clone in it, `make run` and `make test`. Needs root and debootstrap.
#
#   packaging/bare_root_test.sh [run|test]...      (both, unless told otherwise)
#
# So that it works behind a company's mirror, this machine's name resolution, certificates, Debian mirror and pip
# configuration are lent to the root, together with local folders of packages that pip is told to look into.
set -euo pipefail
cd "$(dirname "$0")/.."
source_tree=$PWD
commands=("$@")
[ ${#commands[@]} -gt 0 ] || commands=(run test)

# Mounts below belong to this namespace alone: they vanish with it, however the script ends.
if [ -z "${KNDNET_BARE_ROOT:-}" ]; then
    exec env KNDNET_BARE_ROOT=1 unshare --mount --propagation private "$0" "${commands[@]}"
fi

root=$(mktemp -d "${TMPDIR:-/tmp}/kndnet-bare-root.XXXXXX")
chmod 755 "$root" # apt fetches as a user of its own
finish() {
    code=$?
    findmnt --list --noheadings --output TARGET | grep "^$root/" | sort --reverse | xargs --no-run-if-empty umount --lazy
    rm -rf --one-file-system "$root"
    exit "$code"
}
trap finish EXIT

mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Release: bookworm' | head -n 1)
echo "Making a bare Debian 12 root ..."
debootstrap --variant=minbase --include=python3,python3-pip,git,make,ca-certificates bookworm "$root" \
    "${mirror:-http://deb.debian.org/debian}" >/dev/null
echo "It holds $(chroot "$root" dpkg-query --show | wc -l) packages; Python's own venv $(
    chroot "$root" python3 -c 'import ensurepip' 2>/dev/null && echo works || echo "does not work")."

cp --dereference /etc/resolv.conf /etc/hosts "$root/etc/"
cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"

# Everything that pip's configuration names: its files, and local folders (find-links, file: indexes) read-only.
python3 -m pip config debug | sed -n 's/^ *\(.*\), exists: True$/\1/p' | while IFS= read -r file; do
    install -D --mode 644 "$file" "$root$file"
done
{ python3 -m pip config list; } | grep -o "\(file://\)\?/[^ ']*" | sed 's,^file://,,' | sort --unique |
    while IFS= read -r path; do
        while [ -L "$path" ]; do path=$(readlink --canonicalize "$path"); done
        if [ -f "$path" ]; then
            install -D --mode 644 "$path" "$root$path"
        elif [ -d "$path" ]; then
            # An index's pages may point to files beside it, so its parent is lent.
            case $path in */simple) path=$(dirname "$path") ;; esac
            mkdir -p "$root$path"
            mount --bind --options ro "$path" "$root$path"
        fi
    done

git clone --quiet --no-local "$source_tree" "$root/kndnet-desktop"
mapfile -t lent < <(env | grep -E '^(PIP_|SSL_CERT_|[a-zA-Z]+_proxy=|[A-Z]+_PROXY=)' || true)

newcomer() {
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${lent[@]}" \
        sh -c "cd /kndnet-desktop && $1"
}

for command in "${commands[@]}"; do
    echo "--- make $command"
    start=$SECONDS
    newcomer "make $command"
    echo "--- make $command succeeded after $((SECONDS - start)) s"
    if [ "$command" = run ]; then
        mkdir -p out
        cp "$root/kndnet-desktop/out/window.png" out/bare-root-window.png # look at it: fonts, icons
        newcomer 'test "$(ls out/heatmaps | wc -l)" -eq "$(ls resources/samples/*.jpg | wc -l)"'
    fi
done
