#!/usr/bin/env bash
# Builds and packs the archive of a release. The same commit, built with the same Rust for the same target, makes the same
# binary wherever that is done; reproducible.sh checks it.
#
#   build.sh TARGET FOLDER   writes FOLDER/allocgate-TARGET.tar.gz
set -euo pipefail
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Where it was built, and where its crates were unpacked, are nobody's business.
here=$PWD home=${CARGO_HOME:-$HOME/.cargo}
if command -v cygpath >/dev/null; then here=$(cygpath -w "$here") home=$(cygpath -w "$home"); fi
flags=("--remap-path-prefix=$here=/allocgate" "--remap-path-prefix=$home=/cargo")
case $target in
  *-linux-musl) flags+=(-Clinker=rust-lld) ;; # Rust brings all that a static binary is linked with
  *-windows-msvc) flags+=(-Clink-arg=/Brepro -Ctarget-feature=+crt-static) ;;
esac
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && echo "${flags[*]}")
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export CARGO_ENCODED_RUSTFLAGS SOURCE_DATE_EPOCH

cargo build --locked --release --target "$target"
binary=${CARGO_TARGET_DIR:-target}/$target/release/allocgate
if [ -f "$binary.exe" ]; then binary=$binary.exe; fi
.github/release/pack.sh "$target" "$binary" "$out"
