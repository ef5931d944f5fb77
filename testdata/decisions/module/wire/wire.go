// Package wire has functions whose decisions are pinned.
package wire

import "strconv"

// Writer appends numbers to a buffer.
type Writer struct {
	buf []byte
	n   int
}

// Add appends a byte.
func (w *Writer) Add(b byte) {
	w.n++
	w.buf = append(w.buf, b)
}

// Number appends a number.
func (w *Writer) Number(n int) {
	var digits [20]byte
	for _, b := range strconv.AppendInt(digits[:0], int64(n), 10) {
		w.Add(b)
	}
}

// Sum adds numbers.
func Sum(numbers []int) int {
	sum := 0
	for _, n := range numbers {
		sum += n
	}
	return sum
}

// Total adds what a function makes of numbers.
func Total(numbers []int, scale int) int {
	scaled := func(n int) int { return n * scale }
	total := 0
	for _, n := range numbers {
		total += scaled(n)
	}
	return total
}

// List is a list.
type List[T any] struct{ items []T }

// First is the first item, or nothing.
func (l *List[T]) First() (first T) {
	if len(l.items) > 0 {
		first = l.items[0]
	}
	return first
}

// Map applies a function to all items.
func Map[T, U any](items []T, f func(T) U) []U {
	out := make([]U, 0, len(items))
	for _, it := range items {
		out = append(out, f(it))
	}
	return out
}

// Never is generic, and nobody uses it.
func Never[T any](t T) T { return t }

// refuse is not for benchmarks.
func refuse(n int) string {
	if n < 0 {
		panic("negative")
	}
	return strconv.Itoa(n)
}
