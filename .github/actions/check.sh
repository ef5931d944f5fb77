#!/usr/bin/env bash
# Runs the gate and writes its reports into one directory, the output `reports`. Exits with the exit code of the gate.
#
#   NEW, BASE   files or patterns, separated by blanks or newlines; allocgate expands the patterns
#   POLICY, SOURCE, ID
set -euo pipefail

read -r -d '' -a after <<<"$NEW" || true # read fails at the end of the text, which is expected
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
