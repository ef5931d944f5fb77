package boxing

import "testing"

func BenchmarkBefore(b *testing.B) {
	line, id := make([]byte, 0, 64), 1000
	for b.Loop() {
		before(line, id)
		id++
	}
}

func BenchmarkAfter(b *testing.B) {
	line, id := make([]byte, 0, 64), 1000
	for b.Loop() {
		after(line, id)
		id++
	}
}
