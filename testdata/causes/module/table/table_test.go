package table

import (
	"strconv"
	"testing"
)

var (
	words  = [][]byte{[]byte("open"), []byte("closed"), []byte("half-open"), []byte("draining"), []byte("lost")}
	result int
	sorted []string
	counts map[int]int
)

func BenchmarkIndexAdd(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		x := NewIndex(16)
		for n, word := range words {
			x.Add(word, n)
		}
		result += len(x.names)
	}
}

func BenchmarkIndexHas(b *testing.B) {
	b.ReportAllocs()
	x := NewIndex(16)
	for n, word := range words {
		x.Add(word, n)
	}
	for i := 0; i < b.N; i++ {
		if x.Has(words[i%len(words)]) {
			result++
		}
	}
}

func BenchmarkWeight(b *testing.B) {
	b.ReportAllocs()
	x := NewIndex(16)
	for n, word := range words {
		x.Add(word, n)
	}
	for i := 0; i < b.N; i++ {
		result += x.Weight(3)
	}
}

func BenchmarkSorted(b *testing.B) {
	b.ReportAllocs()
	x := NewIndex(16)
	for i := 0; i < 40; i++ {
		x.Add([]byte("word-"+strconv.Itoa(i)), i)
	}
	for i := 0; i < b.N; i++ {
		sorted = x.Sorted()
	}
}

func BenchmarkHistogram(b *testing.B) {
	b.ReportAllocs()
	list := make([]string, 40)
	for i := range list {
		list[i] = "word-and-more-of-it-"[:i%20+1]
	}
	for i := 0; i < b.N; i++ {
		counts = Histogram(list)
	}
}

func BenchmarkCache(b *testing.B) {
	b.ReportAllocs()
	c := NewCache[int, int](64)
	for i := 0; i < b.N; i++ {
		c.Put(i%256, i)
		if v, ok := c.Get(i % 128); ok {
			result += v
		}
	}
}
