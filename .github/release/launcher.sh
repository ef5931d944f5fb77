#!/usr/bin/env bash
# Writes the table of the Go launcher (go/allocgate/table.go) for a release, and the path of its module.
#
#   launcher.sh VERSION URL SUMS REPOSITORY [FOLDER]
#     VERSION      1.2.3
#     URL          the address that the archives are below
#     SUMS         the file SHA256SUMS of the release
#     REPOSITORY   owner/name on GitHub
#     FOLDER       the module [default: go]
set -euo pipefail
version=$1 url=$2 sums=$3 repository=$4 folder=${5:-go}

platform() { # TARGET: as Go names it
  case $1 in
    x86_64-unknown-linux-musl) echo linux/amd64 ;;
    aarch64-unknown-linux-musl) echo linux/arm64 ;;
    x86_64-apple-darwin) echo darwin/amd64 ;;
    aarch64-apple-darwin) echo darwin/arm64 ;;
    x86_64-pc-windows-msvc) echo windows/amd64 ;;
    *) echo "unknown target: $1" >&2 && return 1 ;;
  esac
}

{
  cat <<END
// Written by .github/release/launcher.sh.

package main

// The released archives.
const (
	version = "$version"
	source  = "$url"
)

// The SHA-256 of each archive, by platform.
var archives = map[string]archive{
END
  while read -r sum name; do
    name=${name#\*}
    case $name in allocgate-*.tar.gz) ;; *) continue ;; esac
    target=${name#allocgate-}
    platform=$(platform "${target%.tar.gz}")
    printf '\t"%s": {"%s", "%s"},\n' "$platform" "$name" "$sum"
  done <"$sums"
  echo "}"
} >"$folder/allocgate/table.go.new"
mv "$folder/allocgate/table.go.new" "$folder/allocgate/table.go"
sed -i.old "s,github.com/OWNER/allocgate/,github.com/$repository/," "$folder/go.mod" "$folder/README.md"
rm "$folder/go.mod.old" "$folder/README.md.old"
gofmt -w "$folder/allocgate/table.go"
