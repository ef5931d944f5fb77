#!/usr/bin/env bash
# Measures how long allocgate and benchstat take for the same two files, as whole processes, and `wc -l`, which only reads them.
# Prints the table of benches/README.md. It has no threshold and does not fail for a slow result.
#
#   benches/versus.sh [SUITE…]     a suite is BENCHMARKSxSAMPLES, followed by +ties for values that repeat
#
# Needs hyperfine, jq, GNU time and benchstat. ALLOCGATE=program measures another binary than target/release/allocgate.
# BENCHSTAT=none leaves benchstat out, for suites that are too large for it.
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")/.." && pwd)
allocgate=${ALLOCGATE:-$here/target/release/allocgate} benchstat=${BENCHSTAT:-benchstat}
suites=("${@:-100x10}")
[ "$#" -gt 0 ] || suites=(100x10 10000x10 100000x10 500x25+ties)
for tool in hyperfine jq "$benchstat" "$allocgate"; do
  [ "$tool" = none ] || command -v "$tool" > /dev/null || { echo "$tool is missing" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints the peak memory of a command in MB.
peak() {
  env time --format=%M --output=peak "$@" > /dev/null 2>&1 || true # a regression is not an error here
  awk 'END { printf "%.0f", $1 / 1024 }' peak
}

printf '| %-14s | %-20s | %10s | %9s | %7s |\n' suite program median 'benchstat' memory
echo '|----------------|----------------------|-----------:|----------:|--------:|'
for suite in "${suites[@]}"; do
  shape=${suite%+ties} ties=0
  [ "$shape" = "$suite" ] || ties=1
  for side in 1 2; do
    awk -v benchmarks="${shape%x*}" -v count="${shape#*x}" -v seed="$side" -v ties="$ties" \
      -f "$here/benches/suite.awk" > "$side.txt"
  done
  bytes=$(cat 1.txt 2.txt | wc -c)
  runs=10
  [ "$bytes" -lt 100000000 ] || runs=3
  # No limit applies here.
  limits="--limit rows=1000000000 --limit values=1000000000 --limit results=1000000000"
  programs=("$allocgate check $limits" "$allocgate compare $limits")
  [ "$benchstat" = none ] || programs+=("$benchstat")
  programs+=("wc -l")
  hyperfine --style none --shell none --ignore-failure --warmup 1 --runs "$runs" --export-json times.json \
    "${programs[@]/%/ 1.txt 2.txt}" 2> complaints > /dev/null || { cat complaints >&2; exit 1; }
  jq --raw-output '.results as $all | ($all[2].median) as $benchstat
      | $all[] | [.median * 1000, $benchstat / .median] | @tsv' times.json > medians.tsv
  for program in "${programs[@]}"; do
    read -r milliseconds ratio
    read -ra command <<< "$program"
    ratio="$(printf '%.3g' "$ratio") ×"
    [ "$benchstat" != none ] || ratio=
    name=${program/#"$allocgate"/allocgate}
    printf '| %-14s | %-20s | %7.1f ms | %9s | %4s MB |\n' "$suite" "${name%% --limit*}" \
      "$milliseconds" "$ratio" "$(peak "${command[@]}" 1.txt 2.txt)"
  done < medians.tsv
done
