package pgo

import "testing"

var row = []int{1, 2, 3, 4}

func BenchmarkSum(b *testing.B) {
	for b.Loop() {
		sum(row)
	}
}
