#!/usr/bin/env bash
# Counts the instructions that allocgate executes for the recordings in testdata, and prints them as benchmark results. valgrind
# counts them on one thread; unlike times, they do not depend on how busy the machine is. The budgets are in instructions.toml:
#
#   benches/instructions.sh > counted.txt && allocgate check --policy benches/instructions.toml counted.txt
#
# Needs valgrind. ALLOCGATE=program counts another one than target/release/allocgate.
set -euo pipefail
cd "$(dirname "$0")/.."
allocgate=${ALLOCGATE:-target/release/allocgate}
work=$(mktemp -d)
counts=$work/counts
trap 'rm -rf "$work"' EXIT

count() { # NAME COMMAND…
  local name=$1 code=0
  shift
  RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$counts" \
    "$allocgate" "$@" > /dev/null 2> "$work/complaints" || code=$?
  # The verdict does not matter here, but there must be one.
  case $code in 0 | 1 | 3) ;; *) cat "$work/complaints" >&2; exit 1 ;; esac
  awk -v name="$name" '/Collected *:/ { found = 1; printf "Benchmark%s \t 1\t %d instructions/op\n", name, $NF }
    END { exit !found }' "$counts" || { cat "$counts" >&2; exit 1; }
}

echo "pkg: allocgate"
for sides in "hot base boxing" "std base again"; do
  read -r data base new <<< "$sides"
  files=("testdata/$data/$base.txt" "testdata/$data/$new.txt")
  count "Check/data=$data" check "${files[@]}"
  count "Compare/data=$data" compare "${files[@]}"
  count "Inspect/data=$data" inspect "${files[0]}"
done
reports=()
for format in markdown html json junit sarif csv github gitlab; do
  reports+=(--report "$format=$work/report.$format")
done
count "Report/data=std" check --source testdata/hot/module testdata/std/base.txt testdata/std/again.txt "${reports[@]}"
