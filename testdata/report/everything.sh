#!/usr/bin/env bash
# Combines reports on the recordings in testdata/hot into everything.json: rows of every verdict, and conditions of several kinds.
# Usage: cargo build && testdata/report/everything.sh    (needs jq)
set -euo pipefail
cd "$(dirname "$0")/../.."
allocgate=${ALLOCGATE:-target/debug/allocgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check NAME FILE POLICY FILTER: the report on base.txt and FILE, with the rows that the filter selects, in packages of its own.
check() {
  printf '%s' "$3" > "$work/allocgate.toml"
  "$allocgate" check --policy "$work/allocgate.toml" --report "json=$work/report.json" --quiet \
    testdata/hot/base.txt "testdata/hot/$2" > "$work/verdict.txt" || test $? = 1
  jq --arg name "$1" --arg policy "$work/" '
    .rows |= map(select('"$4"') | .pkg |= sub("hot"; $name) | .rule.source |= sub($policy; ""))
    | (.. | strings) |= gsub($policy; "")' "$work/report.json" > "$work/$1.json"
}

check few few.txt '' '.benchmark | IN("Tally-2", "Lengths-2", "Count/words=100-2", "Count/words=1000-2")'
check improve improve.txt '[unit."ns/op"]
level = "fail"
tolerance = { percent = 1 }
' '.benchmark | IN("Join-2", "Lookup/word7-2", "Lookup/nowhere-2", "Count/words=100-2", "Sort-2")'
check muttering muttering.txt '' '.benchmark | IN("Count/words=1000-2", "Sort-2")'
check pool pool.txt '[[budget]]
bench = "Frame/*"
max = { "allocs/op" = 2, "B/op" = 100 }
[evidence]
too-few-samples = "ignore"
' '.benchmark == "Frame/size=64-2" and .unit != "ns/op"'
check boxing boxing.txt '[[waiver]]
bench = "Tally"
unit = "allocs/op"
up-to = 3
expires = 2099-12-31
reason = "boxes on purpose, issue 7"
' '.benchmark == "Tally-2"'
check rename rename.txt '[evidence]
new-benchmark = "warn"
' '.benchmark | test("nowhere|word7")'
check slow slow.txt '' '.benchmark | IN("Checksum-2", "Frame/size=64-2")'
check again again.txt '[unit."ns/op"]
level = "fail"
' '.benchmark == "Origin-2"'

# The rows of all, the conditions of each kind once, and counts that fit them.
jq --slurp '
  def count($verdict): map(select(.verdict == $verdict)) | length;
  (map(.rows) | add) as $rows
  | (map(.evidence.conditions) | add | unique_by(.kind)) as $conditions
  | .[1] as $improve | .[2] as $muttering
  | $improve
  | .rows = $rows
  | .policy.source = "allocgate.toml"
  | .summary = {
      benchmarks: ($rows | map([.pkg, .benchmark]) | unique | length), rows: ($rows | length),
      regressed: ($rows | count("regressed")), "over-budget": ($rows | count("over-budget")),
      improved: ($rows | count("improved")), unchanged: ($rows | count("unchanged")),
      "within-budget": ($rows | count("within-budget")), waived: ($rows | count("waived")),
      undecided: ($rows | count("undecided")), suspects: ($rows | map(select(.suspect)) | length), "not-judged": ($rows | count("not-judged")),
      missing: ($rows | count("missing")), new: ($rows | count("new")) }
  | .outcome = { verdict: "fail", exit_code: 1,
      reasons: (["\($rows | count("regressed")) regressions", "\($rows | count("over-budget")) exceeded budgets"]
        + ($conditions | map(select(.level == "fail") | .title))) }
  | .evidence.conditions = $conditions
  | .evidence.new = $muttering.evidence.new' \
  "$work"/{few,improve,muttering,pool,boxing,rename,slow,again}.json > testdata/report/everything.json
