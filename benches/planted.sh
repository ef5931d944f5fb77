#!/usr/bin/env bash
# How often `allocgate run` fails on unchanged code, and how often it finds +20 %, in two modules of other people. Wall time and CPU time
# are at level fail. The plant calls the measured function a second time in every fifth iteration of one benchmark.
#
#     benches/planted.sh [RUNS [BENCHTIME]]        needs allocgate, go, git and jq on the PATH, and the module proxy
set -euo pipefail

runs=${1:-10} benchtime=${2:-20ms}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '[unit."ns/op"]\nlevel = "fail"\n[unit."cpu-ns/op"]\nlevel = "fail"\n' >"$work/policy.toml"

commit() { git -c user.name=a -c user.email=a@b.c -c commit.gpgsign=false commit --quiet --all --message="$1"; }

# module VERSION FILE OLD NEW: a repository of the module, with the plant on the branch `planted`
module() {
    local from
    from=$(go mod download -json "$1" | jq -r .Dir)
    cp -r "$from" "$work/suite"
    chmod -R u+w "$work/suite"
    cd "$work/suite"
    git init --quiet --initial-branch=main
    git -c core.autocrlf=false add --all
    commit base
    git checkout --quiet -b planted
    sed -i "s|$3|$4|" "$2"
    git diff --quiet && { echo "the plant changed nothing in $2" >&2; exit 1; }
    commit planted
}

# judge WHAT BENCH ARGUMENTS…: counts the runs that fail by time, and those in which the benchmark WHAT regressed, per unit
judge() {
    local what=$1 bench=$2 failed=0 wall=0 cpu=0 report=$work/report.json
    shift 2
    for ((i = 0; i < runs; i++)); do
        local code=0
        allocgate run --quiet --bench "$bench" --benchtime "$benchtime" --policy "$work/policy.toml" --report "json=$report" "$@" \
            >/dev/null 2>"$work/errors" || code=$?
        ((code <= 1)) || { cat "$work/errors" >&2; exit 1; }
        local found
        found=$(jq -r --arg what "$what" '[.rows[] | select(.verdict == "regressed" and (.benchmark | test($what))) | .unit] | join(" ")' "$report")
        failed=$((failed + code))
        [[ " $found " != *" ns/op "* ]] || wall=$((wall + 1))
        [[ " $found " != *" cpu-ns/op "* ]] || cpu=$((cpu + 1))
    done
    echo "$failed of $runs runs fail; regressed: wall time $wall, CPU time $cpu"
}

for suite in uuid levenshtein; do
    case $suite in
    uuid)
        module github.com/google/uuid@v1.6.0 uuid_test.go \
            '_, err := Parse(asString)' 'if i%5 == 0 { _, _ = Parse(asString) }; _, err := Parse(asString)'
        bench='Parse|UUID_|New' what='^Parse(-[0-9]+)?$'
        ;;
    levenshtein)
        module github.com/agnivade/levenshtein@v1.2.1 levenshtein_test.go \
            '\(tmp = agnivade.ComputeDistance(test.a, test.b)\)' 'if n%5 == 0 \&\& test.name == "Nordic" { \1 }; \1'
        bench='Simple' what='Nordic'
        ;;
    esac
    echo "$suite, unchanged: $(judge . "$bench" --base main --new main --unchanged)"
    echo "$suite, +20 % in one: $(judge "$what" "$bench" --base main --new planted)"
    cd /
    rm -rf "$work/suite"
done
