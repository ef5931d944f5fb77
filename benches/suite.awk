# What `go test -bench -benchmem` would print for a large suite; the same for the same variables, on any machine.
#
#   awk -v benchmarks=10000 -v count=10 -v seed=1 -f suite.awk
#
# Times wander by 2 %; bytes and allocations are the same in all samples. With -v ties=1 every unit has a few distinct
# values only, which is what makes an exact test expensive.
function random() { # in [0, 1): Park and Miller's minimal standard generator
  state = state * 16807 % 2147483647
  return state / 2147483647
}
function wander(value, distinct) { return ties ? value + int(distinct * random()) : value }
BEGIN {
  state = 1 + seed * 48271 % 2147483646
  random()
  print "goos: linux\ngoarch: amd64\npkg: example.com/suite\ncpu: Some CPU @ 3.00GHz"
  for (b = 0; b < benchmarks; b++) {
    typical = 100 + b % 97 * 13.7
    for (sample = 0; sample < count; sample++) {
      ns = ties ? wander(int(typical), 5) : typical * (0.99 + 0.02 * random())
      printf "BenchmarkSuite%d/case=%d/size=%d-8         \t %8d\t      %.1f ns/op\t     %d B/op\t       %d allocs/op\n",
        b % 50, b, b * 16 % 4096, 1e9 / ns, ns, wander(b % 7 * 48, 4), wander(b % 7, 3)
    }
  }
  print "PASS\nok  \texample.com/suite\t12.3s"
}
