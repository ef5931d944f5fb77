#!/usr/bin/env bash
# Builds the site of these pages with mdBook. Links to files outside of docs/ lead to the repository.
#
#   site.sh FOLDER [REPOSITORY]   writes the site into FOLDER, which must not exist; REPOSITORY is the URL of the repository
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 repository=${2:-https://github.com/OWNER/allocgate}
[ ! -e "$out" ] || { echo "$out exists; expected a new folder" >&2; exit 2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.md "$here"/*.svg "$here"/*.png "$here/book.toml" "$work"
for page in "$work"/*.md; do
  sed -i.old -E "s,\]\(\.\./([^)]*)\),](${repository}/blob/main/\1),g; s,OWNER/allocgate,${repository#https://github.com/},g" "$page"
  rm "$page.old"
done
mdbook build "$work" --dest-dir "$out"

# Every link of the site must have its page.
status=0
while IFS=: read -r page link; do
  target=${link#href=\"} target=${target%%[\"#]*}
  case $target in '' | http* | mailto:*) continue ;; esac
  [ -e "$out/$target" ] || { echo "${page#"$out"/}: no such page: $target" >&2; status=1; }
done < <(grep --only-matching --no-messages 'href="[^"]*' "$out"/*.html || true)
exit "$status"
