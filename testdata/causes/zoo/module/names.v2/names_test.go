package names_test

import (
	"testing"

	names "example.com/zoo/names.v2"
)

var sink any

func BenchmarkCollect(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		sink = names.Collect(3)
	}
}

func BenchmarkAdd(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		var n names.Names[string]
		n.Add("x")
		sink = n
	}
}
