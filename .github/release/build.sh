#!/usr/bin/env bash
# Builds and packs the archive of a release. The same commit, version of Rust and target give the same binary on any machine;
# reproducible.sh checks this.
#
#   build.sh TARGET FOLDER   writes FOLDER/allocgate-TARGET.tar.gz
set -euo pipefail
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Keeps the paths of this machine out of the binary.
here=$PWD home=${CARGO_HOME:-$HOME/.cargo}
if command -v cygpath >/dev/null; then here=$(cygpath -w "$here") home=$(cygpath -w "$home"); fi
flags=("--remap-path-prefix=$here=/allocgate" "--remap-path-prefix=$home=/cargo")
case $target in
  *-linux-musl) flags+=(-Clinker=rust-lld) ;; # Rust has everything that a static binary is linked with
  *-windows-msvc) flags+=(-Clink-arg=/Brepro -Ctarget-feature=+crt-static) ;;
esac
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && echo "${flags[*]}")
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export CARGO_ENCODED_RUSTFLAGS SOURCE_DATE_EPOCH

cargo build --locked --release --target "$target"
binary=${CARGO_TARGET_DIR:-target}/$target/release/allocgate
if [ -f "$binary.exe" ]; then binary=$binary.exe; fi
.github/release/pack.sh "$target" "$binary" "$out"
