#!/bin/sh
# Installs KNDNet Desktop @VERSION@ for the user who runs this: sh FILE.run
#   --prefix DIR   install below this folder (default: ~/.local)
#   --uninstall    remove the program; settings, keys and results stay
#   --help
# No administrator is needed and nothing is fetched. Run it again, or a newer one, to upgrade.
set -eu

version='@VERSION@' line='@LINE@' sum='@SUM@' machine='@MACHINE@'
self=$0 prefix=${HOME:?}/.local task=install

fail() {
    echo "KNDNet Desktop: $1" >&2
    exit 1
}

case ${0##*/} in uninstall.sh) task=uninstall prefix=$(cd "${0%/*}/../.." && pwd) ;; esac
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || fail "--prefix wants a folder." && prefix=$2 && shift ;;
        --uninstall) task=uninstall ;;
        --help) sed -n '2,6s/^# *//p' "$self" && exit 0 ;;
        *) fail "“$1” is not known; see --help." ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

home=$prefix/lib/kndnet-desktop
entry=$prefix/share/applications/kndnet-desktop.desktop

running() {
    for link in /proc/[0-9]*/exe; do
        [ "$(readlink "$link" 2>/dev/null)" = "$home/kndnet-desktop" ] && return 0
    done
    return 1
}

refresh() {
    # So that “Open with” knows of it at once; desktops without this tool look for themselves.
    update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true
}

! running || fail "The program is running; please close it first."

if [ "$task" = uninstall ]; then
    [ -d "$home" ] || fail "It is not installed below $prefix."
    chmod -R u+w "$home" # an administrator may have locked it
    rm -rf "$home"
    rm -f "$entry" "$prefix/share/icons/hicolor/scalable/apps/kndnet-desktop.svg"
    for name in kndnet kndnet-desktop; do
        rm -f "$prefix/bin/$name" "$prefix/share/man/man1/$name.1.gz"
    done
    refresh
    # The tool's own file goes when it is the last one.
    [ "$(ls -A "$prefix/share/applications")" != mimeinfo.cache ] || rm "$prefix/share/applications/mimeinfo.cache"
    # Folders that hold nothing else, deepest first; `rmdir` leaves the others alone.
    for folder in bin lib share/applications share/icons/hicolor/scalable/apps share/icons/hicolor/scalable \
        share/icons/hicolor share/icons share/man/man1 share/man share ''; do
        rmdir "$prefix/$folder" 2>/dev/null || true
    done
    echo "KNDNet Desktop is removed. Your settings, keys and results are still there."
    exit 0
fi

[ "$(uname -m)" = "$machine" ] || fail "This file is for $machine, and this computer is $(uname -m)."
command -v xz >/dev/null || fail "It is unpacked by “xz”, which this system lacks."
[ "$(tail -n "+$line" "$self" | sha256sum | cut -d ' ' -f 1)" = "$sum" ] ||
    fail "This file is damaged or incomplete; please copy it again."

mkdir -p "$prefix/lib" || fail "$prefix can't be written to; name another folder with --prefix."
new=$prefix/lib/.kndnet-desktop.new
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM HUP
rm -rf "$new"
mkdir "$new"
tail -n "+$line" "$self" | tar -xJf - -C "$new" --no-same-owner || fail "It can't be unpacked. Is the disk full?"
head -n "$((line - 1))" "$self" >"$new/program/uninstall.sh"
"$new/program/kndnet" --version >/dev/null || fail "This system is too old for the program. Nothing was changed."

# The old program stays until the new one is complete.
old=$prefix/lib/.kndnet-desktop.old
[ ! -d "$home" ] || { chmod -R u+w "$home" && rm -rf "$old" && mv "$home" "$old"; }
mv "$new/program" "$home"
rm -rf "$old"

mkdir -p "$prefix/bin"
for name in kndnet kndnet-desktop; do
    ln -sf "../lib/kndnet-desktop/$name" "$prefix/bin/$name"
done
# In the menu's entry a path is quoted for command lines, then for strings; and here for sed.
quoted=$(printf '%s' "$home/kndnet-desktop" |
    sed -e 's/[\\"$`]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/[\\&|]/\\&/g')
(cd "$new/share" && find . -type f) | while IFS= read -r file; do
    mkdir -p "$prefix/share/${file%/*}"
    cp "$new/share/$file" "$prefix/share/$file"
done
sed "s|@PROGRAM@|\"$quoted\"|" "$new/share/applications/kndnet-desktop.desktop" >"$entry"
refresh

inside=$home/_internal
missing=$(LD_LIBRARY_PATH="$inside" ldd "$inside/PySide6/QtGui.abi3.so" "$inside/PySide6/Qt/plugins/platforms/libqxcb.so" \
    2>/dev/null | sed -n 's/^\s*\(\S*\) => not found$/\1/p' | sort -u | tr '\n' ' ')
[ -z "$missing" ] || echo "The window needs libraries of the system that are missing here: $missing" >&2
echo "KNDNet Desktop $version is installed in $home."
echo "It is in the menu, and in the terminal: $prefix/bin/kndnet-desktop"
exit 0
