#!/usr/bin/env bash
# How often allocation counts of few samples and few iterations fail, if nothing changed: packages of Go's standard library, one
# binary, runs one after the other, each compared with the one before it.
#
#     benches/few-samples.sh FOLDER [RUNS]
#
# needs Go and a release build of allocgate. It keeps the results in FOLDER, and prints for each -benchtime and number of samples how
# many pairs fail: with all samples in one process, and with each in its own.
set -euo pipefail

out=$(realpath -m "$1")
runs=${2:-20}
allocgate=${ALLOCGATE:-target/release/allocgate}
packages=(strconv bytes encoding/json sort)
mkdir -p "$out"
for package in "${packages[@]}"; do
    binary=$out/${package//\//-}.test
    [[ -x $binary ]] || go test -c -o "$binary" "$package"
done

# One run of every package: run BENCHTIME COUNT
run() {
    for package in "${packages[@]}"; do
        echo "pkg: $package"
        (cd "$(go list -f '{{.Dir}}' "$package")" && "$out/${package//\//-}.test" -test.run '^$' \
            -test.bench 'Quote|Atof|Index|Repeat|Marshal|Unmarshal|Sort' -test.benchmem -test.benchtime "$1" -test.count "$2")
        echo "ok   $package 1s"
    done
}

for time in 1x 10x 100x; do
    for count in 2 3; do
        for ((i = 0; i < runs; i++)); do
            one=$out/$time-$count-one-$i.txt each=$out/$time-$count-each-$i.txt
            [[ -s $one ]] || run "$time" "$count" >"$one" 2>/dev/null
            [[ -s $each ]] || for ((j = 0; j < count; j++)); do run "$time" 1; done >"$each" 2>/dev/null
        done
        for kind in one each; do
            failed=0
            for ((i = 1; i < runs; i++)); do
                code=0
                "$allocgate" check --quiet "$out/$time-$count-$kind-$((i - 1)).txt" "$out/$time-$count-$kind-$i.txt" >/dev/null 2>&1 || code=$?
                [[ $code != 1 ]] || failed=$((failed + 1))
            done
            echo "$time, $count samples, $kind: $failed of $((runs - 1)) clean pairs fail"
        done
    done
done
