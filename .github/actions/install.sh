#!/usr/bin/env bash
# Puts allocgate on the PATH of the steps that follow: what is there already, else the released binary of the version that
# the workflow names, else a build of this very source.
#
#   ACTION_REPOSITORY, ACTION_REF   which release; empty where the action is used from a checkout
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if command -v allocgate >/dev/null; then
  allocgate --version
  exit
fi

target="$(uname -m)-$(uname -s)"
case $target in
  x86_64-Linux) target=x86_64-unknown-linux-gnu ;;
  aarch64-Linux) target=aarch64-unknown-linux-gnu ;;
  x86_64-Darwin) target=x86_64-apple-darwin ;;
  arm64-Darwin) target=aarch64-apple-darwin ;;
esac
archive="allocgate-$target.tar.gz"
folder="$RUNNER_TEMP/allocgate"
mkdir -p "$folder/bin"

released() {
  [ -n "${ACTION_REPOSITORY:-}" ] && [ -n "${ACTION_REF:-}" ] &&
    gh release download "$ACTION_REF" --repo "$ACTION_REPOSITORY" --dir "$folder" --clobber \
      --pattern "$archive" --pattern "$archive.sha256"
}

if released; then
  (cd "$folder" && if command -v sha256sum >/dev/null; then sha256sum --check "$archive.sha256"; else shasum -a 256 --check "$archive.sha256"; fi)
  tar -xzf "$folder/$archive" -C "$folder/bin"
else
  echo "no released binary for $target at '${ACTION_REF:-}': building"
  cargo install --locked --path "$root" --root "$folder"
fi
echo "$folder/bin" >>"$GITHUB_PATH"
"$folder/bin/allocgate" --version
