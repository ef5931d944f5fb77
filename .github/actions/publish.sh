#!/usr/bin/env bash
# Comments on the pull requests whose head commit another run measured. That run may have run code of a stranger, so only the JSON
# report of its artifact is read, and allocgate writes the comment from it. The pull request is looked up with GitHub's API.
#
#   REPOSITORY, RUN_ID, ARTIFACT   the run, and the name of its artifact
#   HEAD_SHA                       the commit that was measured
#   ID                             the name of the gate
#   AUTHOR                         the user whose comments are updated [default: the user of the token]
#   GH_TOKEN                       a token that can read artifacts and write to pull requests
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[[ $RUN_ID =~ ^[0-9]+$ ]] || { echo "invalid run id: $RUN_ID" >&2; exit 2; }
[[ $HEAD_SHA =~ ^[0-9a-f]{40}$ ]] || { echo "invalid commit: $HEAD_SHA" >&2; exit 2; }

folder=$(mktemp -d "$RUNNER_TEMP/allocgate-publish.XXXXXX")
if ! gh run download "$RUN_ID" --repo "$REPOSITORY" --name "$ARTIFACT" --dir "$folder/artifact"; then
  echo "run $RUN_ID has no artifact $ARTIFACT: nothing to publish"
  exit
fi
report="$folder/artifact/report.json"
if [ ! -f "$report" ] || [ -L "$report" ]; then
  echo "the artifact has no report.json" >&2
  exit 2
fi
allocgate render "$report" --quiet --id="$ID" --report "markdown=$folder/comment.md"

# If the pull request has newer commits, the run on those comments.
query=".[] | select(.head.sha == \"$HEAD_SHA\") | .number"
pulls=$(gh api --paginate "repos/$REPOSITORY/pulls?state=open&per_page=100" --jq "$query")
if [ -z "$pulls" ]; then echo "no open pull request has the head $HEAD_SHA"; fi
for pull in $pulls; do
  PULL=$pull BODY="$folder/comment.md" "$here/comment.sh"
done
