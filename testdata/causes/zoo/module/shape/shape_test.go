package shape

import "testing"

var sink int

func BenchmarkKnown(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		sink += Known(i) + Unknown(&square{i}) + Either(i > 3)
	}
}

func BenchmarkBig(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sink += Big(i, &wide{}) + Twice(i) + Depth(3)
	}
}
