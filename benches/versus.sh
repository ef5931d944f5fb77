#!/usr/bin/env bash
# How long allocgate and benchstat take for the same two files, as whole processes and side by side, and `wc -l`, which does
# nothing but read them. Prints the table of benches/README.md; no time is good or bad here.
#
#   benches/versus.sh [SUITE…]     a suite is BENCHMARKSxSAMPLES, with +ties behind it for values that repeat
#
# Needs hyperfine, jq, GNU time and benchstat. ALLOCGATE=program takes another one than target/release/allocgate.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
allocgate=${ALLOCGATE:-$here/target/release/allocgate}
suites=("${@:-100x10}")
[ "$#" -gt 0 ] || suites=(100x10 10000x10 100000x10 500x25+ties)
for tool in hyperfine jq benchstat "$allocgate"; do
  command -v "$tool" > /dev/null || { echo "$tool is missing" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Its peak memory in MB.
peak() {
  env time --format=%M --output=peak "$@" > /dev/null 2>&1 || true # a regression is no failure here
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
  hyperfine --style none --shell none --ignore-failure --warmup 1 --runs "$runs" --export-json times.json \
    --command-name 'allocgate check' "$allocgate check 1.txt 2.txt" \
    --command-name 'allocgate compare' "$allocgate compare 1.txt 2.txt" \
    --command-name 'benchstat' 'benchstat 1.txt 2.txt' \
    --command-name 'wc -l' 'wc -l 1.txt 2.txt' 2> complaints > /dev/null || { cat complaints >&2; exit 1; }
  jq --raw-output '(.results[] | select(.command == "benchstat").median) as $benchstat
      | .results[] | [.command, .median * 1000, $benchstat / .median] | @tsv' times.json |
    while IFS=$'\t' read -r program milliseconds ratio; do
      read -ra command <<< "${program/#allocgate/$allocgate}"
      printf '| %-14s | %-20s | %7.1f ms | %7.1f × | %4s MB |\n' \
        "$suite" "$program" "$milliseconds" "$ratio" "$(peak "${command[@]}" 1.txt 2.txt)"
    done
done
