#!/usr/bin/env bash
# Writes the output `key`: what the cache knows allocgate by. There is none if allocgate is installed.
#
#   VERSION   the release to use; empty for the one that was made from this commit
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if command -v allocgate >/dev/null && [ -z "${VERSION:-}" ]; then exit; fi
[[ ${VERSION:-0.0.0} =~ ^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] ||
  { echo "the input \`version\` is no version, got '$VERSION'; expected one such as 1.2.3" >&2; exit 2; }

# The tag of the action can move, so the source counts.
sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
source=$(cd "$root" && find Cargo.toml Cargo.lock src -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | "${sum[@]}")
echo "key=allocgate-$(uname -s)-$(uname -m)-${VERSION:+v${VERSION#v}-}${source:0:16}" >>"$GITHUB_OUTPUT"
