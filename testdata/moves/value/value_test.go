package value

import "testing"

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		before("1.26")
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		after("1.26")
	}
}
