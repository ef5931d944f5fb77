#!/usr/bin/env bash
# Prints the section of CHANGELOG.md for a version. Fails if there is none, or if the tag does not match Cargo.toml.
#
#   notes.sh TAG
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(awk -F'"' '/^version = /{ print $2; exit }' Cargo.toml)
[ "$1" = "v$version" ] || { echo "wrong tag $1: Cargo.toml has version $version, expected v$version" >&2; exit 1; }
notes=$(awk -v version="$version" '/^## /{ if (found) exit; found = $2 == version; next } found' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || { echo "CHANGELOG.md has no section '## $version'" >&2; exit 1; }
printf '%s\n' "$notes" | sed '/./,$!d'
