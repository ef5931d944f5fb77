#!/usr/bin/env bash
# Puts allocgate on the PATH of the steps that follow. Uses the one that is installed; else the binary that was released from this
# commit; else builds this commit. With VERSION it uses that release, and nothing else.
#
#   VERSION                         the release to use; empty for the one that was made from this commit
#   ACTION_REPOSITORY, ACTION_REF   the repository of the action, and its tag or commit; empty if it is used from a checkout
#   GH_TOKEN                        a token that can read that repository
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if command -v allocgate >/dev/null && [ -z "${VERSION:-}" ]; then
  allocgate --version
  exit
fi

program=allocgate
case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  MINGW*-x86_64) target=x86_64-pc-windows-msvc program=allocgate.exe ;;
  *) target=none ;;
esac
name="allocgate-$target"
ours=$(awk -F'"' '/^version = /{ print $2; exit }' "$root/Cargo.toml")
tag=${VERSION:-$ours} tag=v${tag#v}
folder="$RUNNER_TEMP/allocgate"
mkdir -p "$folder/bin"

commit() { gh api "repos/$ACTION_REPOSITORY/commits/$1" --jq .sha; }

sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
right() { grep " $name.tar.gz\$" SHA256SUMS | sums --check; }
download() { gh release download "$tag" --repo "$ACTION_REPOSITORY" --dir "$folder" --clobber --pattern "$1"; }

# A workflow can name the action by a commit, or by a tag that moves. The release must be made from that same commit. An archive that
# the cache has is used if it is the released one.
released() {
  [ -n "${ACTION_REPOSITORY:-}" ] &&
    { [ -n "${VERSION:-}" ] ||
      { [ -n "${ACTION_REF:-}" ] && [ "$(commit "$tag")" = "$(commit "$ACTION_REF" || echo none)" ]; }; } &&
    download SHA256SUMS && { (cd "$folder" && right >/dev/null 2>&1) || download "$name.tar.gz"; }
}

if released; then
  cd "$folder" # and use file names without a path: tar on Windows takes `D:` for a host name
  right
  if gh attestation verify --help >/dev/null 2>&1; then
    gh attestation verify "$name.tar.gz" --repo "$ACTION_REPOSITORY" --source-ref "refs/tags/$tag" \
      --signer-workflow "$ACTION_REPOSITORY/.github/workflows/release.yml"
  else
    echo "this version of gh cannot verify attestations: only the checksum was checked"
  fi
  tar -xzf "$name.tar.gz"
  mv "$name/$program" bin
elif [ -n "${VERSION:-}" ]; then
  echo "the release $tag has no binary for $(uname -s) on $(uname -m), or there is no such release" >&2
  exit 1
elif [ -x "$folder/bin/$program" ]; then
  echo "built by an earlier run from the same source"
else
  echo "no released binary for $(uname -s) on $(uname -m) at '${ACTION_REF:-}': building"
  cargo install --locked --path "$root" --root "$folder"
fi
echo "$folder/bin" >>"$GITHUB_PATH"
"$folder/bin/$program" --version
