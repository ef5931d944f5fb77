#!/usr/bin/env bash
# Prints the licences of every crate in the binary; they require to be distributed with it.
#
#   notices.sh TARGET
set -euo pipefail
export LC_ALL=C # the same order on every machine
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

contained=$(cargo tree --locked --target "$1" --edges normal,no-proc-macro --prefix none --format '{p}' | sed 's/ (\*)$//')
echo "allocgate is linked with Rust's standard library (MIT or Apache-2.0), on Linux with musl (MIT), and with these crates."
cargo metadata --locked --format-version 1 --filter-platform "$1" |
  jq --raw-output '.packages[] | select(.source) |
    [.name + " v" + .version, .license, (.manifest_path | gsub("\\\\"; "/")), .repository] | @tsv' |
  tr -d '\r' | sort | while IFS=$'\t' read -r crate license manifest repository; do
  if ! grep --quiet --fixed-strings --line-regexp "$crate" <<<"$contained"; then continue; fi
  printf '\n==== %s: %s\n' "$crate" "$license"
  found=
  for file in "${manifest%/Cargo.toml}"/*; do
    case ${file##*/} in
      [Ll][Ii][Cc][Ee][Nn][CcSs][Ee]* | COPYING* | NOTICE* | UNLICENSE*)
        if [ -f "$file" ]; then cat "$file" && found=yes; fi ;;
    esac
  done
  [ -n "$found" ] || echo "The crate does not include the text; see $repository"
done
