#!/usr/bin/env bash
# Packs a binary with its licences, completions and manual pages. It runs the binary, so the binary must be for this machine.
#
#   pack.sh TARGET BINARY FOLDER   writes FOLDER/allocgate-TARGET.tar.gz
#   SOURCE_DATE_EPOCH              the date of every file in the archive [default: that of the commit]
set -euo pipefail
target=$1 binary=$2 out=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=allocgate-$target
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name/completions" "$out"
case $target in *-windows-*) program=allocgate.exe ;; *) program=allocgate ;; esac
cp "$binary" "$stage/$name/$program"
cp LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md "$stage/$name"
.github/release/notices.sh "$target" >"$stage/$name/THIRD-PARTY.txt"
for file in bash:allocgate.bash zsh:_allocgate fish:allocgate.fish powershell:_allocgate.ps1 elvish:allocgate.elv; do
  "$binary" completions "${file%%:*}" >"$stage/$name/completions/${file#*:}"
done
"$binary" man --out "$stage/$name/man/man1"

# The order, dates and owners of files must not depend on this machine. GNU tar is called gtar on macOS.
tar=$(command -v gtar || command -v tar)
"$tar" --directory "$stage" --create --format=ustar --sort=name --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
  --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$name" | gzip --no-name >"$out/$name.tar.gz"
echo "$out/$name.tar.gz"
