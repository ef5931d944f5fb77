#!/usr/bin/env bash
# Builds the last commit twice, with different build directories and cargo homes, and compares the archives.
#
#   reproducible.sh TARGET
set -euo pipefail
target=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=${CARGO_HOME:-$HOME/.cargo}
ln -s "$home" "$work/home"
for tree in one at/another/place; do git clone --quiet --no-hardlinks . "$work/$tree"; done
build() { # TREE CARGO_HOME
  env -u CARGO_TARGET_DIR CARGO_HOME="$2" "$work/$1/.github/release/build.sh" "$target" "$work/$1/dist"
  if grep --quiet --text --fixed-strings -e "$work" -e "$home" "$work/$1/target/$target/release/allocgate"; then
    echo "the binary contains a path of this machine" >&2
    exit 1
  fi
}
build one "$home"
build at/another/place "$work/home"
archive=dist/allocgate-$target.tar.gz
(cd "$work" && sha256sum {one,at/another/place}/"$archive")
cmp "$work/one/$archive" "$work/at/another/place/$archive"
echo "both archives are identical"
