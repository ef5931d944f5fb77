#!/usr/bin/env bash
# Prints what CHANGELOG.md says of a version. Fails if it says nothing, and if the tag is not the version in Cargo.toml.
#
#   notes.sh TAG
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(awk -F'"' '/^version = /{ print $2; exit }' Cargo.toml)
[ "$1" = "v$version" ] || { echo "the tag is $1, and Cargo.toml says $version: expected v$version" >&2; exit 1; }
notes=$(awk -v version="$version" '/^## /{ if (found) exit; found = $2 == version; next } found' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || { echo "CHANGELOG.md has no section '## $version'" >&2; exit 1; }
printf '%s\n' "$notes" | sed '/./,$!d'
