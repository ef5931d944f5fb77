package reuse

import "testing"

var record = make([]byte, 100)

func BenchmarkBefore(b *testing.B) {
	var e Encoder
	for b.Loop() {
		e.before(record)
	}
}

func BenchmarkAfter(b *testing.B) {
	var e Encoder
	for b.Loop() {
		e.after(record)
	}
}
