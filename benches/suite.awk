# Prints what `go test -bench -benchmem` would print for a large suite. The same variables give the same output on any machine.
#
#   awk -v benchmarks=10000 -v count=10 -v seed=1 -f suite.awk
#
# Times vary by 2%; bytes and allocations are the same in all samples. With -v ties=1 all three vary by 10% in whole numbers, so
# that some values are tied and most are not. This makes an exact test expensive. With -v rounds=1 the samples of a benchmark do not
# stand together: each round has one of every benchmark, as `allocgate run` writes them. With -v json=1 the lines are events of
# `go test -json`. With -v slower=1.3 every tenth benchmark takes 30% longer. With -v shards=200 -v folder=DIR the results go to that many files in DIR.
function random() { # in [0, 1): Park and Miller's minimal standard generator
  state = state * 16807 % 2147483647
  return state / 2147483647
}
function vary(value, by) { return value * (1 - by / 2 + by * random()) }
function counted(value) { return ties ? int(vary(1000 + value, 0.1)) : value }
function line(text) {
  if (json) printf "{\"Time\":\"2026-11-28T10:00:00Z\",\"Action\":\"output\",\"Package\":\"example.com/suite\",\"Output\":\"%s\"}\n", text
  else if (shards) print text > file
  else print text
}
function header() { line("goos: linux" end); line("goarch: amd64" end); line("pkg: example.com/suite" end); line("cpu: Some CPU @ 3.00GHz" end) }
# Go writes the name before it measures, so that it is an event of its own.
function result(b,    typical, ns, name, values) {
  typical = 100 + b % 97 * 13.7
  ns = ties ? counted(typical) : vary(typical, 0.02)
  if (slower && b % 10 == 0) ns *= slower
  name = sprintf("BenchmarkSuite%d/case=%d/size=%d-8         %s", b % 50, b, b * 16 % 4096, tab)
  values = sprintf(" %8d%s      %.1f ns/op%s     %d B/op%s       %d allocs/op%s",
    1e9 / ns, tab, ns, tab, counted(b % 7 * 48), tab, counted(b % 7), end)
  if (json) { line(name); line(values) } else line(name values)
}
BEGIN {
  state = 1 + seed * 48271 % 2147483646
  random()
  tab = json ? "\\t" : "\t"
  end = json ? "\\n" : ""
  if (!shards) header()
  for (outer = 0; outer < (rounds ? count : benchmarks); outer++) {
    if (rounds && outer) header()
    if (shards && int(outer * shards / benchmarks) != shard) {
      if (file) close(file)
      shard = int(outer * shards / benchmarks)
      file = ""
    }
    if (shards && !file) { file = sprintf("%s/%03d.txt", folder, shard); header() }
    for (inner = 0; inner < (rounds ? benchmarks : count); inner++) result(rounds ? inner : outer)
  }
  line("PASS" end)
  line("ok  " tab "example.com/suite" tab "12.3s" end)
}
