# Prints what `go test -bench -benchmem` would print for a large suite. The same variables give the same output on any machine.
#
#   awk -v benchmarks=10000 -v count=10 -v seed=1 -f suite.awk
#
# Times vary by 2%; bytes and allocations are the same in all samples. With -v ties=1 all three vary by 10% in whole numbers, so
# that some values are tied and most are not. This makes an exact test expensive.
function random() { # in [0, 1): Park and Miller's minimal standard generator
  state = state * 16807 % 2147483647
  return state / 2147483647
}
function vary(value, by) { return value * (1 - by / 2 + by * random()) }
function counted(value) { return ties ? int(vary(1000 + value, 0.1)) : value }
BEGIN {
  state = 1 + seed * 48271 % 2147483646
  random()
  print "goos: linux\ngoarch: amd64\npkg: example.com/suite\ncpu: Some CPU @ 3.00GHz"
  for (b = 0; b < benchmarks; b++) {
    typical = 100 + b % 97 * 13.7
    for (sample = 0; sample < count; sample++) {
      ns = ties ? counted(typical) : vary(typical, 0.02)
      printf "BenchmarkSuite%d/case=%d/size=%d-8         \t %8d\t      %.1f ns/op\t     %d B/op\t       %d allocs/op\n",
        b % 50, b, b * 16 % 4096, 1e9 / ns, ns, counted(b % 7 * 48), counted(b % 7)
    }
  }
  print "PASS\nok  \texample.com/suite\t12.3s"
}
