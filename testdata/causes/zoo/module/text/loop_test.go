//go:build go1.24

package text

import "testing"

func BenchmarkLoop(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Next(3)
	}
}
