package wire

import "testing"

func BenchmarkNumber(b *testing.B) {
	var w Writer
	for i := 0; i < b.N; i++ {
		w.buf = w.buf[:0]
		w.Number(i)
	}
}

func BenchmarkSum(b *testing.B) {
	numbers := []int{1, 2, 3}
	for i := 0; i < b.N; i++ {
		Sum(numbers)
		Total(numbers, i)
		Quarter(numbers)
	}
}

func BenchmarkList(b *testing.B) {
	l := List[string]{items: []string{"a"}}
	for i := 0; i < b.N; i++ {
		_ = l.First()
		_ = Map(l.items, func(s string) int { return len(s) })
	}
}
