#!/usr/bin/env bash
# Records captures/ again, with the Go that is on the PATH: for three cases and their base, two isolated runs of a benchmark under the
# profiler, and what the compiler decided. Needs git and gzip. Run it in this folder.
set -euo pipefail

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tree, output, package, benchmark
capture() {
  local tree=$1 output=$root/captures/$2 package=$3 benchmark=$4
  mkdir -p "$output"
  (cd "$tree" && go test -c -trimpath -gcflags='example.com/relay/...=-m=2' -o "$work/test" "./$package" 2>"$work/decisions")
  gzip -9 -n <"$work/decisions" >"$output/$package.decisions.gz"
  for count in 500 2500; do
    (cd "$tree/$package" && GODEBUG=memprofilerate=1 "$work/test" -test.run='^$' -test.bench="^Benchmark$benchmark\$" -test.cpu=1 \
      -test.benchtime="${count}x" -test.memprofilerate=1 -test.memprofile="$output/$benchmark.$count.pb.gz" >/dev/null)
  done
}

case_tree() {
  cp -r "$root/module" "$work/$1"
  (cd "$work/$1" && GIT_CEILING_DIRECTORIES=$work git apply "$root/cases/$1/change.patch")
}

rm -rf captures
capture "$root/module" base flow Send
capture "$root/module" base codec Parse
case_tree leak-two-callees
capture "$work/leak-two-callees" leak-two-callees flow Send
case_tree put-deleted
capture "$work/put-deleted" put-deleted flow Send
case_tree second-implementation
capture "$work/second-implementation" second-implementation codec Parse
