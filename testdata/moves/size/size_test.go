package size

import "testing"

var words = make([]string, 100)

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		before(words)
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		after(words)
	}
}
