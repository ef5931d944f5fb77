#!/usr/bin/env bash
# Comments on the pull requests whose head another run measured. That run may have been a stranger's: of its artifact only
# the JSON report is read, by allocgate, which writes the comment anew; the pull request is what GitHub says it is.
#
#   REPOSITORY, RUN_ID, ARTIFACT   where the report is
#   HEAD_SHA                       what was measured
#   ID                             which gate
#   GH_TOKEN                       may read artifacts and write to pull requests
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[[ $RUN_ID =~ ^[0-9]+$ ]] || { echo "not the id of a run: $RUN_ID" >&2; exit 2; }
[[ $HEAD_SHA =~ ^[0-9a-f]{40}$ ]] || { echo "not a commit: $HEAD_SHA" >&2; exit 2; }

folder=$(mktemp -d "$RUNNER_TEMP/allocgate-publish.XXXXXX")
if ! gh run download "$RUN_ID" --repo "$REPOSITORY" --name "$ARTIFACT" --dir "$folder/artifact"; then
  echo "run $RUN_ID left no artifact $ARTIFACT: nothing to publish"
  exit
fi
report="$folder/artifact/report.json"
if [ ! -f "$report" ] || [ -L "$report" ]; then
  echo "the artifact holds no report.json" >&2
  exit 2
fi
allocgate render "$report" --quiet --id="$ID" --report "markdown=$folder/comment.md"

# A pull request whose head has moved on gets its comment from the run on its new head.
query=".[] | select(.head.sha == \"$HEAD_SHA\") | .number"
pulls=$(gh api --paginate "repos/$REPOSITORY/pulls?state=open&per_page=100" --jq "$query")
if [ -z "$pulls" ]; then echo "no open pull request has the head $HEAD_SHA"; fi
for pull in $pulls; do
  PULL=$pull BODY="$folder/comment.md" "$here/comment.sh"
done
