#!/usr/bin/env bash
# Runs the gate and writes every report into one folder, the output `reports`. Ends with the gate's exit code.
#
#   NEW, BASE   files or patterns, separated by blanks or lines: allocgate itself expands them
#   POLICY, SOURCE, ID
set -euo pipefail

read -r -d '' -a after <<<"$NEW" || true # it ends at the end of the text, which counts as a failure
read -r -d '' -a before <<<"$BASE" || true
[ "${#after[@]}" -gt 0 ] || { echo "the input \`new\` names no file" >&2; exit 2; }
reports="$RUNNER_TEMP/allocgate-$ID"
mkdir -p "$reports"
echo "reports=$reports" >>"$GITHUB_OUTPUT"

arguments=(--new "${after[@]}")
if [ "${#before[@]}" -gt 0 ]; then arguments+=(--base "${before[@]}"); fi
if [ -n "$POLICY" ]; then arguments+=(--policy "$POLICY"); fi
exec allocgate check "${arguments[@]}" --id="$ID" --source="$SOURCE" \
  --report "json=$reports/report.json" \
  --report "markdown=$reports/comment.md" \
  --report "html=$reports/report.html" \
  --report "junit=$reports/junit.xml" \
  --report "sarif=$reports/report.sarif"
