#!/usr/bin/env bash
# Comments on a pull request: one comment per gate, updated in place. Does nothing if there is nothing new.
#
#   REPOSITORY, PULL   the repository, and the number of the pull request
#   ID                 the name of the gate
#   BODY               the file with the comment, as allocgate wrote it
#   AUTHOR             the user whose comments are updated [default: github-actions[bot]]
#   GH_TOKEN           a token that can write to pull requests
set -euo pipefail

# These become part of a query.
[[ $PULL =~ ^[0-9]+$ ]] || { echo "no pull request to comment on"; exit; }
[[ $ID =~ ^[A-Za-z0-9._-]+$ ]] || { echo "invalid gate name: $ID" >&2; exit 2; }
AUTHOR=${AUTHOR:-github-actions[bot]}
[[ $AUTHOR =~ ^[][A-Za-z0-9-]+$ ]] || { echo "invalid user name: $AUTHOR" >&2; exit 2; }

# Anyone can write the marker into a comment, so only comments of AUTHOR are updated.
query=".[] | select(.user.login == \"$AUTHOR\" and (.body | contains(\"<!-- allocgate id=$ID \"))) | .id"
comments="repos/$REPOSITORY/issues/$PULL/comments"
found=$(gh api --paginate "$comments?per_page=100" --jq "$query")
ours=${found%%$'\n'*}

if [ -z "$ours" ]; then
  if grep -q "^<!-- allocgate id=$ID news=no -->" "$BODY"; then
    echo "nothing to report, and no earlier comment"
    exit
  fi
  gh api --method POST "$comments" --field "body=@$BODY" --jq .html_url
  exit
fi

# GitHub may change line endings.
before=$(gh api "repos/$REPOSITORY/issues/comments/$ours" --jq .body | tr -d '\r')
if [ "$before" = "$(tr -d '\r' <"$BODY")" ]; then
  echo "the comment is up to date"
  exit
fi
gh api --method PATCH "repos/$REPOSITORY/issues/comments/$ours" --field "body=@$BODY" --jq .html_url
