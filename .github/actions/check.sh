#!/usr/bin/env bash
# Runs the gate and writes its reports into one directory, the output `reports`. Exits with the exit code of the gate.
#
#   MODE           run or check; empty for `check` if NEW is there, else `run`
#   NEW, BASE      result files or patterns, separated by blanks or newlines; allocgate expands the patterns.
#                  Without NEW, `allocgate run` measures
#   PACKAGES, BASE_REVISION, ARGUMENTS   what `allocgate run` measures, and its other flags
#   FOLDER         the folder of the module
#   POLICY, POLICY_FROM, SOURCE, ID
#   EVENT, COMMIT  what started the workflow, and the commit that it is for
set -euo pipefail

read -r -d '' -a after <<<"$NEW" || true # read fails at the end of the text, which is expected
read -r -d '' -a before <<<"$BASE" || true
read -r -d '' -a selected <<<"$PACKAGES" || true
read -r -d '' -a more <<<"$ARGUMENTS" || true

# For a pull request GitHub checks out a merge: its first parent is the commit that it is merged into. The change under test cannot
# choose that one. `HEAD^1` could be any commit of the change, if the workflow checks out something else.
target=
case $EVENT in pull_request | merge_group) target="$COMMIT^1" ;; esac
from=${POLICY_FROM:-$target}

reports="$RUNNER_TEMP/allocgate-$ID"
mkdir -p "$reports"
echo "reports=$reports" >>"$GITHUB_OUTPUT"
flags=(--id="$ID" --source="$SOURCE")
if [ -n "$POLICY" ]; then flags+=(--policy "$POLICY"); fi
if [ -n "$from" ] && [ "$from" != worktree ]; then flags+=(--policy-from "$from"); fi
for report in json=report.json markdown=comment.md html=report.html junit=junit.xml sarif=report.sarif; do
  flags+=(--report "${report%=*}=$reports/${report#*=}")
done

case ${MODE:-} in
  '' | run | check) ;;
  *) echo "unknown input \`mode\`, got '$MODE'; expected run or check" >&2; exit 2 ;;
esac
if [ "${MODE:-}" = check ] && [ "${#after[@]}" -eq 0 ]; then
  echo "the mode check needs results; name them with the input \`new\`" >&2
  exit 2
fi
if [ "${MODE:-}" = run ] && [ "${#after[@]}" -gt 0 ]; then
  echo "the mode run measures by itself; remove the input \`new\`, or use the mode check" >&2
  exit 2
fi

cd "$FOLDER"
if [ "${#after[@]}" -gt 0 ]; then
  if [ "${#before[@]}" -gt 0 ]; then flags+=(--base "${before[@]}"); fi
  exec allocgate check --new "${after[@]}" "${flags[@]}"
fi
[ "${#before[@]}" -eq 0 ] || { echo "the input \`base\` names results, and \`new\` names none" >&2; exit 2; }
if [ "${#more[@]}" -gt 0 ]; then flags+=("${more[@]}"); fi
if [ "${#selected[@]}" -gt 0 ]; then flags+=(-- "${selected[@]}"); fi
exec allocgate run --explain --base "${BASE_REVISION:-${target:-HEAD^1}}" --out "$reports/results" "${flags[@]}"
