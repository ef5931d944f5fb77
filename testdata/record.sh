#!/usr/bin/env bash
# Records testdata/hot and testdata/std again with the installed Go. Takes about ten minutes; do not use the machine meanwhile.
set -euo pipefail
cd "$(dirname "$0")"

hot() { # FILE TAGS FLAGS...
  local file=$1 tags=$2
  shift 2
  echo "hot/$file" >&2
  (cd hot/module && go test -run '^$' -bench . -benchtime 50ms -tags "$tags" "$@" ./...) >"hot/$file" || true
}

# One process per file, which is what many people have; the tests need such files. It is not how to measure: see docs/noise.md.
hot base.txt '' -benchmem -count 10
for revision in boxing pointer presize pool slow improve rename broken chatty; do
  hot "$revision.txt" "$revision" -benchmem -count 10
done
hot again.txt '' -benchmem -count 10
# Interleaved: ten rounds of base and slow.
rm -f hot/rounds-base.txt hot/rounds-slow.txt
for round in {1..10}; do
  echo "hot/rounds: $round" >&2
  for side in base: slow:slow; do
    (cd hot/module && go test -run '^$' -bench . -benchtime 50ms -tags "${side#*:}" -benchmem -count 1 ./...) \
      >>"hot/rounds-${side%:*}.txt"
  done
done
hot few.txt boxing -benchmem -count 3
hot once.txt boxing -benchmem -count 1
hot nomem.txt '' -count 5
hot cpu1.txt '' -benchmem -count 5 -cpu 1
hot muttering.txt muttering -benchmem -count 5
hot boxing.json boxing -benchmem -count 5 -json

# Skips benchmarks that take seconds for one operation, and those that run for dozens of sizes.
skip='TypeFieldsCache|1e[46]|64M|4M|RepeatLarge|AnyASCII|AnyUTF8|Unaligned'
for file in base again; do
  echo "std/$file.txt" >&2
  go test -run '^$' -bench . -skip "$skip" -benchmem -count 10 -benchtime 10ms \
    strconv bytes encoding/json sort >"std/$file.txt"
done
