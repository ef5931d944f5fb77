#!/usr/bin/env bash
# Puts a report on a pull request: one comment per gate, updated in place. Says nothing where there is nothing new.
#
#   REPOSITORY, PULL   where
#   ID                 which gate
#   BODY               the file with the comment, as allocgate wrote it
#   AUTHOR             whose comments are ours [default: github-actions[bot]]
#   GH_TOKEN           may write to pull requests
set -euo pipefail

# These end up in a query.
[[ $PULL =~ ^[0-9]+$ ]] || { echo "no pull request to comment on"; exit; }
[[ $ID =~ ^[A-Za-z0-9._-]+$ ]] || { echo "not the name of a gate: $ID" >&2; exit 2; }
AUTHOR=${AUTHOR:-github-actions[bot]}
[[ $AUTHOR =~ ^[][A-Za-z0-9-]+$ ]] || { echo "not the name of a user: $AUTHOR" >&2; exit 2; }

# Anybody can write the mark into a comment: only our own is updated.
query=".[] | select(.user.login == \"$AUTHOR\" and (.body | contains(\"<!-- allocgate id=$ID \"))) | .id"
comments="repos/$REPOSITORY/issues/$PULL/comments"
found=$(gh api --paginate "$comments?per_page=100" --jq "$query")
ours=${found%%$'\n'*}

if [ -z "$ours" ]; then
  if grep -q "^<!-- allocgate id=$ID news=no -->" "$BODY"; then
    echo "nothing to tell, and nothing told before"
    exit
  fi
  gh api --method POST "$comments" --field "body=@$BODY" --jq .html_url
  exit
fi

# GitHub may change the ends of lines.
before=$(gh api "repos/$REPOSITORY/issues/comments/$ours" --jq .body | tr -d '\r')
if [ "$before" = "$(tr -d '\r' <"$BODY")" ]; then
  echo "the comment says it already"
  exit
fi
gh api --method PATCH "repos/$REPOSITORY/issues/comments/$ours" --field "body=@$BODY" --jq .html_url
