package closure

import "testing"

const line = "GET /index.html 200"

// start keeps the compiler from inlining the constructor into the benchmark, as a call from another package with a longer one would.
var start = before

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		next := start(line)
		for _, ok := next(); ok; _, ok = next() {
		}
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		fields := after{line}
		for _, ok := fields.next(); ok; _, ok = fields.next() {
		}
	}
}
