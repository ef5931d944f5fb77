package text

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
	"testing"
)

func BenchmarkNext(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		Sink = Next(i)
	}
}

func BenchmarkFields(b *testing.B) {
	for _, words := range []int{1, 8} {
		line := strings.Repeat("word ", words)
		b.Run("words="+strconv.Itoa(words), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				Sink = Fields(line)
			}
		})
	}
}

func BenchmarkMany(b *testing.B) {
	b.ReportAllocs()
	setup := make([][]byte, 1000)
	for i := range setup {
		setup[i] = make([]byte, 100)
	}
	var out bytes.Buffer
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		out.Reset()
		Show(&out, i)
		Sink = Line(i, i > 3)
		Sink = Join("this is longer than it was", out.String())
		Sink = Copy("a text that is longer than thirty-two bytes")
		Sink = Index([]string{"a", "b", "c"})
		Sink = strconv.Quote("a")
	}
}

func BenchmarkSort(b *testing.B) {
	b.ReportAllocs()
	values := []string{"c", "a", "b"}
	for i := 0; i < b.N; i++ {
		sort.Slice(values, func(i, j int) bool {
			Sink = &Token{Kind: i}
			return values[i] < values[j]
		})
	}
}

func BenchmarkTiny(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		Sink = Any(i + 1000)
		Sink = Any(i + 2000)
	}
}

func BenchmarkParallel(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_ = *Next(1)
			kept = make([]byte, 48)
		}
	})
}
