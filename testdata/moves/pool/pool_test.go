package pool

import "testing"

var text = make([]byte, 1000)

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		before(text)
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		after(text)
	}
}
