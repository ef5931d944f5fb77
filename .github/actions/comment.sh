#!/usr/bin/env bash
# Comments on a pull request: one comment per gate, updated in place. Does nothing if there is nothing new.
#
#   REPOSITORY, PULL   the repository, and the number of the pull request
#   ID                 the name of the gate
#   BODY               the file with the comment, as allocgate wrote it
#   AUTHOR             the user whose comments are updated [default: the user of the token]
#   GH_TOKEN           a token that can write to pull requests
set -euo pipefail

# These become part of a query.
[[ $PULL =~ ^[0-9]+$ ]] || { echo "no pull request to comment on"; exit; }
[[ $ID =~ ^[A-Za-z0-9._-]+$ ]] || { echo "invalid gate name: $ID" >&2; exit 2; }
AUTHOR=${AUTHOR:-$(gh api graphql --field 'query={ viewer { login } }' --jq .data.viewer.login)}
[[ $AUTHOR =~ ^[][A-Za-z0-9_-]+$ ]] || { echo "invalid user name: $AUTHOR" >&2; exit 2; }

# Anyone can write a mark into a comment, and a benchmark can have any name. A comment is ours if AUTHOR wrote it and the mark is its
# last line, which no name can change. GitHub may change line endings.
mark() { printf '<!-- allocgate id=%s news=%s -->' "$ID" "$1"; }
last='(.body // "" | gsub("\\s+\\z"; "") | split("\n") | last)'
query=".[] | select(.user.login == \"$AUTHOR\" and ($last == \"$(mark yes)\" or $last == \"$(mark no)\")) | .id"
comments="repos/$REPOSITORY/issues/$PULL/comments"
found=$(gh api --paginate "$comments?per_page=100" --jq "$query")
ours=${found%%$'\n'*}

if [ -z "$ours" ]; then
  if [ "$(tail -n 1 "$BODY")" = "$(mark no)" ]; then
    echo "nothing to report, and no earlier comment"
    exit
  fi
  gh api --method POST "$comments" --field "body=@$BODY" --jq .html_url
  exit
fi

before=$(gh api "repos/$REPOSITORY/issues/comments/$ours" --jq .body | tr -d '\r')
if [ "$before" = "$(tr -d '\r' <"$BODY")" ]; then
  echo "the comment is up to date"
  exit
fi
gh api --method PATCH "repos/$REPOSITORY/issues/comments/$ours" --field "body=@$BODY" --jq .html_url
