#!/usr/bin/env bash
# Measures how long allocgate and benchstat take for the same two files, as whole processes, and `wc -l`, which only reads them.
# Prints tables for benches/README.md. It has no threshold and does not fail for a slow result.
#
#   benches/versus.sh [SUITE…]     compared with benchstat; a suite is BENCHMARKSxSAMPLES, followed by +ties for values that repeat,
#                                  or by +rounds for samples in rounds, as `allocgate run` writes them
#   benches/versus.sh growth       100 to 1,000,000 benchmarks, without benchstat
#   benches/versus.sh forms        10,000 × 10: every report format, other forms of input, a policy of 10,000 budgets, other commands
#
# Needs hyperfine, jq, GNU time and benchstat. ALLOCGATE=program measures another binary than target/release/allocgate.
# BENCHSTAT=none leaves benchstat out, for suites that are too large for it. RUNS=N changes how often each is run.
# shellcheck disable=SC2016 # backquotes are those of Markdown
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")/.." && pwd)
allocgate=${ALLOCGATE:-$here/target/release/allocgate} benchstat=${BENCHSTAT:-benchstat}
for tool in hyperfine jq "$benchstat" "$allocgate"; do
  [ "$tool" = none ] || command -v "$tool" > /dev/null || { echo "$tool is missing" >&2; exit 1; }
done
allocgate=$(command -v "$allocgate") && allocgate=$(realpath "$allocgate")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# No limit applies here.
limits="--limit rows=1000000000 --limit values=1000000000 --limit results=1000000000 --limit names=1000000000 --limit text=100000000000"

# Writes a suite to 1.txt and 2.txt: generate SUITE [-v VARIABLE=VALUE]…
generate() {
  local shape=${1%%+*} kind=${1#"${1%%+*}"} ties=0 rounds=0 side
  case $kind in '') ;; +ties) ties=1 ;; +rounds) rounds=1 ;; *) echo "unknown suite: $1" >&2; exit 1 ;; esac
  shift
  for side in 1 2; do
    awk -v benchmarks="${shape%x*}" -v count="${shape#*x}" -v seed="$side" -v ties="$ties" -v rounds="$rounds" "$@" \
      -f "$here/benches/suite.awk" > "$side.txt"
  done
}

# How often to run with the current suite.
runs() {
  local bytes
  bytes=$(cat 1.txt 2.txt | wc -c)
  if [ "$bytes" -lt 100000000 ]; then echo "${RUNS:-10}"; else echo "${RUNS:-3}"; fi
}

# Prints the median time of a command in milliseconds, and its peak memory in MB.
measure() {
  # A regression is not an error here.
  hyperfine --style none --shell none --ignore-failure --warmup 1 --runs "$(runs)" --export-json times.json "$1" \
    2> complaints > /dev/null || { cat complaints >&2; exit 1; }
  local command
  read -ra command <<< "$1"
  env time --format=%M --output=peak "${command[@]}" > /dev/null 2>&1 || true
  echo "$(jq '.results[0].median * 1000' times.json) $(awk 'END { printf "%.0f", $1 / 1024 }' peak)"
}

# Writes milliseconds as in the tables: 3.1 ms, 87 ms, 1,054 ms.
milliseconds() {
  awk -v ms="$1" 'BEGIN { if (ms < 10) { printf "%.1f ms", ms; exit }
    n = sprintf("%.0f", ms); while (match(n, /[0-9][0-9][0-9][0-9]($|,)/)) n = substr(n, 1, RSTART) "," substr(n, RSTART + 1)
    printf "%s ms", n }'
}

compared() { # SUITE…
  echo '| suite | program | median | benchstat | memory |'
  echo '|---|---|---:|---:|---:|'
  local suite program ms mb of label
  for suite in "$@"; do
    generate "$suite"
    of=none label=${suite/x/ × }
    local programs=("$allocgate check $limits" "$allocgate compare $limits" "wc -l")
    [ "$benchstat" = none ] || { programs+=("$benchstat"); read -r of _ < <(measure "$benchstat 1.txt 2.txt"); }
    for program in "${programs[@]}"; do
      read -r ms mb < <(measure "$program 1.txt 2.txt")
      local name=${program/#"$allocgate"/allocgate} ratio=
      [ "$of" = none ] || ratio="$(awk -v of="$of" -v ms="$ms" 'BEGIN { printf "%.3g", of / ms }') ×"
      name=${name%% --limit*} name=${name##*/}
      echo "| $label | \`$name\` | $(milliseconds "$ms") | $ratio | $mb MB |"
      label=
    done
  done
}

growth() {
  echo '| benchmarks × 10 | bytes | `check` | memory | `compare` | memory | `wc -l` |'
  echo '|---|---:|---:|---:|---:|---:|---:|'
  local benchmarks check compare lines
  for benchmarks in 100 10000 100000 1000000; do
    generate "${benchmarks}x10"
    read -ra check < <(measure "$allocgate check $limits 1.txt 2.txt")
    read -ra compare < <(measure "$allocgate compare $limits 1.txt 2.txt")
    read -ra lines < <(measure "wc -l 1.txt 2.txt")
    echo "| $benchmarks | 2 × $(wc -c < 1.txt | awk '{ printf "%.1f", $1 / 1e6 }') MB | $(milliseconds "${check[0]}") | ${check[1]} MB | $(milliseconds "${compare[0]}") | ${compare[1]} MB | $(milliseconds "${lines[0]}") |"
  done
}

row() { # NAME COMMAND
  local ms mb
  read -r ms mb < <(measure "$2")
  echo "| $1 | $(milliseconds "$ms") | $mb MB |"
}

forms() {
  local format side
  echo '| 10,000 × 10, every tenth benchmark slower | median | memory |'
  echo '|---|---:|---:|'
  generate 10000x10 -v json=1 -v slower=1.3 && mv 1.txt 1.json && mv 2.txt 2.json
  generate 10000x10+rounds -v slower=1.3 && mv 1.txt r1.txt && mv 2.txt r2.txt
  for side in 1 2; do
    mkdir "shards$side"
    awk -v benchmarks=10000 -v count=10 -v seed="$side" -v shards=200 -v folder="shards$side" -f "$here/benches/suite.awk"
  done
  generate 10000x10 -v slower=1.3
  gzip --keep 1.txt 2.txt
  "$allocgate" budget init 1.txt > budgets.toml
  sed 's/"B\/op" = /&1/' budgets.toml > looser.toml
  row '`check`' "$allocgate check 1.txt 2.txt"
  for format in markdown html json junit sarif csv github gitlab; do
    row "\`check --report $format=FILE\`" "$allocgate check 1.txt 2.txt --report $format=report"
  done
  row '`check`, files of `go test -json`' "$allocgate check 1.json 2.json"
  row '`check`, gzip' "$allocgate check 1.txt.gz 2.txt.gz"
  row '`check`, in rounds' "$allocgate check r1.txt r2.txt"
  row '`check`, folders of 200 files' "$allocgate check shards1 shards2"
  row '`check`, 10,000 budgets' "$allocgate check --policy budgets.toml 1.txt 2.txt"
  row '`budget init`' "$allocgate budget init 1.txt"
  row '`budget diff`, 10,000 budgets that are all looser' "$allocgate budget diff budgets.toml looser.toml"
  row '`budget tighten`, 10,000 budgets that are all looser' "$allocgate budget tighten --dry-run --policy looser.toml 1.txt"
  row '`compare`' "$allocgate compare 1.txt 2.txt"
  for format in csv markdown json html; do
    row "\`compare --format $format\`" "$allocgate compare --format $format 1.txt 2.txt"
  done
  row '`compare`, files of `go test -json`' "$allocgate compare 1.json 2.json"
  row '`compare`, gzip' "$allocgate compare 1.txt.gz 2.txt.gz"
  row '`compare`, in rounds' "$allocgate compare r1.txt r2.txt"
  row '`compare`, 200 files' "$allocgate compare $(echo shards1/*.txt)"
  row '`explain NAME`' "$allocgate explain Suite0/case=0/size=0 1.txt 2.txt"
  row '`selftest`' "$allocgate selftest 1.txt"
}

case ${1:-} in
  growth) growth ;;
  forms) forms ;;
  '') compared 100x10 10000x10 100000x10 500x25+ties 10000x10+rounds ;;
  *) compared "$@" ;;
esac
