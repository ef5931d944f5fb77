package outline

import "testing"

var sum int

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		sum += int(before("text").next())
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		sum += int(after("text").next())
	}
}
