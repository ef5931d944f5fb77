#!/usr/bin/env bash
# Records this folder again with seven versions of Go, which GOTOOLCHAIN downloads. Takes about ten minutes.
set -euo pipefail
cd "$(dirname "$0")"

rm -rf go1.*
zoo=$PWD/module
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
# Nothing of the machine: no settings of its own, and a cache of its own, because the cache replays the paths of whoever filled it.
export GOFLAGS='' GOCACHE=$cache GODEBUG=memprofilerate=1

profile() { # FOLDER PACKAGE BENCHMARK COUNTS...
  local folder=$1 package=$2 name=$3 count
  shift 3
  for count; do
    (cd "$zoo" && go test -trimpath -o "$cache/zoo.test" -run '^$' -bench "^$name\$" -benchtime "${count}x" -cpu 1 \
      -memprofilerate 1 -memprofile "$cache/$name.$count" "./$package") >>"$folder/bench.txt"
    mv "$cache/$name.$count" "$folder/$name.$count.memprofile"
  done
}

decisions() { # FLAG FLAGS...
  local level=$1
  shift
  (cd "$zoo" && go test -trimpath -run '^$' -gcflags="example.com/zoo/...=$level" "$@" ./... 2>&1 >/dev/null)
}

for version in 1.21.13 1.22.10 1.23.9 1.24.11 1.25.5 1.26.8 1.27.3; do
  export GOTOOLCHAIN=go$version
  echo "go$version" >&2
  mkdir "go$version"
  decisions -m=2 | gzip -9n >"go$version/m2.txt.gz"
  case $version in 1.22.* | 1.23.* | 1.25.*) continue ;; esac
  profile "go$version" text BenchmarkMany 100 500
  profile "go$version" names.v2 BenchmarkCollect 100 500
  case $version in 1.26.*) ;; *) continue ;; esac
  profile "go$version" text BenchmarkTiny 100 500
  profile "go$version" text BenchmarkParallel 100 500
  profile "go$version" text BenchmarkLoop 100 500
  profile "go$version" names.v2 BenchmarkAdd 100 500
  profile "go$version" names.v2 BenchmarkSeq 100 500
done

# What has to be told apart from the above: the first level, the plain build, paths that are not trimmed, and a build with a profile.
export GOTOOLCHAIN=go1.26.8
decisions -m | gzip -9n >go1.26.8/m1.txt.gz
(cd "$zoo" && go build -trimpath -gcflags='example.com/zoo/...=-m=2' ./... 2>&1) | gzip -9n >go1.26.8/plain.txt.gz
(cd "$zoo/text" && go test -run '^$' -gcflags=-m=2 . 2>&1 >/dev/null) | gzip -9n >go1.26.8/untrimmed.txt.gz
(cd "$zoo" && go test -o "$cache/zoo.test" -run '^$' -bench Big -benchtime 3s -cpuprofile "$cache/pgo" ./shape) >/dev/null
decisions -m=2 -pgo="$cache/pgo" | gzip -9n >go1.26.8/pgo.txt.gz
# The sampling that a profile has by default.
(cd "$zoo" && GODEBUG='' go test -trimpath -o "$cache/zoo.test" -run '^$' -bench '^BenchmarkMany$' -benchtime 20000x -cpu 1 \
  -memprofile "$cache/sampled" ./text) >/dev/null
mv "$cache/sampled" go1.26.8/BenchmarkMany.sampled.memprofile
