//go:build go1.23

package names_test

import (
	"iter"
	"slices"
	"testing"
)

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func BenchmarkSeq(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		sink = slices.Collect(upTo(100))
	}
}
