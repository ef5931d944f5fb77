package index

import (
	"fmt"
	"sort"
	"testing"
)

func words(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("word%d", i*7919%n)
	}
	return out
}

func TestCount(t *testing.T) {
	if got := Count([]string{"a", "b", "a"}); got["a"] != 2 || got["b"] != 1 {
		t.Fatal(got)
	}
}

func TestJoin(t *testing.T) {
	if got := Join([]string{"a", "b"}); got != "a b " {
		t.Fatalf("%q", got)
	}
}

var sink int

func BenchmarkCount(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("words=%d", n), func(b *testing.B) {
			in := words(n)
			for i := 0; i < b.N; i++ {
				sink += len(Count(in))
			}
		})
	}
}

func BenchmarkLengths(b *testing.B) {
	in := words(1000)
	for i := 0; i < b.N; i++ {
		sink += len(Lengths(in))
	}
}

func BenchmarkTally(b *testing.B) {
	var t Tally
	for i := 0; i < b.N; i++ {
		t.Note(uint64(i)+1000, int64(i)+1000)
	}
}

func BenchmarkJoin(b *testing.B) {
	in := words(20)
	for i := 0; i < b.N; i++ {
		sink += len(Join(in))
	}
}

func BenchmarkSort(b *testing.B) {
	in := words(200)
	tmp := make([]string, len(in))
	compared := 0
	for i := 0; i < b.N; i++ {
		copy(tmp, in)
		sort.Slice(tmp, func(a, c int) bool { compared++; return tmp[a] < tmp[c] })
	}
	b.ReportMetric(float64(compared)/float64(b.N), "compares/op")
}
