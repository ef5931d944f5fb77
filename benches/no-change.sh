#!/usr/bin/env bash
# Counts how often a gate fails although nothing changed. It compares the same code with itself ten times, in three ways:
# `allocgate run`, which interleaves both sides; `go test -count=10` for one side after the other, and `allocgate check`; and
# benchstat on the same files, where any ns/op row with p < 0.05 counts as failed. The level of times is set to fail.
#
#   benches/no-change.sh [RUNS [BENCHTIME]]     allocgate, benchstat, go and git must be on the PATH
set -euo pipefail
runs=${1:-10} benchtime=${2:-20ms}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repository=$work/suite
mkdir "$repository"
cp -r "$here/testdata/hot/module/." "$repository"
cd "$repository"
git init --quiet --initial-branch=main
git -c user.name=a -c user.email=a@b.c -c commit.gpgsign=false \
  -c core.autocrlf=false add --all
git -c user.name=a -c user.email=a@b.c -c commit.gpgsign=false commit --quiet --message=suite
printf '[unit."ns/op"]\nlevel = "fail"\n' > "$work/policy.toml"

failed() { # prints 1 if the gate fails and 0 if it passes; other exit codes are errors
  local code=0
  "$@" > "$work/told" 2> "$work/complaints" || code=$?
  [ "$code" -le 1 ] || { cat "$work/told" "$work/complaints" >&2; exit 1; }
  echo "$code"
}
regressed() { awk '/^✗.*ns\/op/ { count++ } END { print count + 0 }' "$work/told"; }
block() { go test -run='^$' -bench=. -benchmem -count=10 -benchtime="$benchtime" ./... > "$work/$1.txt"; }

printf '%-4s %-22s %-22s %-22s\n' run 'allocgate run' 'blocks, check' 'blocks, benchstat'
in_turn=0 blocks=0 significant=0
for run in $(seq "$runs"); do
  a=$(failed allocgate run --base HEAD --unchanged --benchtime "$benchtime" --policy "$work/policy.toml" --out "$work/out")
  a_rows=$(regressed)
  most=$(awk '/^BenchmarkLookup\/word7-/ && NF > 2 { count++ } END { print count + 0 }' "$work/out/base.txt")
  block base
  block new
  b=$(failed allocgate check --policy "$work/policy.toml" "$work/base.txt" "$work/new.txt")
  b_rows=$(regressed)
  rows=$(benchstat -format csv "$work/base.txt" "$work/new.txt" 2> /dev/null |
    awk -F, '$2 == "sec/op" { times = 1 } $2 != "sec/op" && $3 == "CI" { times = 0 }
             times && $7 ~ /^p=/ && $6 != "~" && $1 != "geomean" { count++ } END { print count + 0 }')
  c=$((rows > 0))
  in_turn=$((in_turn + a)) blocks=$((blocks + b)) significant=$((significant + c))
  word() { [ "$1" = 1 ] && echo "fail, $2 rows" || echo pass; }
  printf '%-4s %-22s %-22s %-22s\n' "$run" "$(word "$a" "$a_rows") ($most rounds)" "$(word "$b" "$b_rows")" "$(word "$c" "$rows")"
done
echo
echo "failed of $runs: run $in_turn, blocks with check $blocks, blocks with benchstat $significant"
