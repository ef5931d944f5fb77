// Package text has what the compiler decides about values: on the stack or on the heap.
package text

import (
	"fmt"
	"io"
	"strconv"
)

// Token is returned by address.
type Token struct {
	Kind int
	Text string
}

// Next returns the address of a variable.
func Next(kind int) *Token {
	var token Token
	token.Kind = kind
	return &token
}

// Make has sizes that are known, too large, and not known.
func Make(n int) int {
	small := make([]byte, 64)
	large := make([]byte, 1<<20)
	unknown := make([]int32, 0, n)
	two := 2
	constant := make([]int, 0, two)
	return len(small) + len(large) + cap(unknown) + cap(constant)
}

// Fields appends to a slice that it returns.
func Fields(text string) []string {
	var out []string
	start := 0
	for i := range text {
		if text[i] == ' ' {
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

// Longest appends to a slice that it does not return.
func Longest(text string) int {
	var starts []int
	for i := range text {
		if text[i] == ' ' {
			starts = append(starts, i)
		}
	}
	return len(starts)
}

// Sink keeps what it is given.
var Sink any

var kept []byte

// Keep stores its first parameter, and only reads the second.
func Keep(stored []byte, read []byte) int {
	kept = stored
	return len(read)
}

// First returns what its parameter has.
func First(parts [][]byte) []byte { return parts[0] }

// Same returns its parameter.
func Same(t *Token) *Token { return t }

// Show writes through an interface.
func Show(w io.Writer, n int) {
	var scratch [20]byte
	w.Write(strconv.AppendInt(scratch[:0], int64(n), 10))
}

// Line boxes its values.
func Line(n int, ok bool) string {
	return fmt.Sprintf("a: %d: %v at %s", n, ok, "b")
}

// Join concatenates strings that have what messages have.
func Join(a, b string) string { return a + ": moved to heap: " + b + " escapes to heap" }

// Count converts a string without a copy.
func Count(text string) (spaces int) {
	for _, c := range []byte(text) {
		if c == ' ' {
			spaces++
		}
	}
	return
}

// Copy converts both ways, with copies.
func Copy(text string) string {
	bytes := []byte(text)
	bytes[0] = 'x'
	return string(bytes)
}

// Lookup converts a key, without a copy.
func Lookup(m map[string]int, key []byte) int { return m[string(key)] }

// Buffer reslices itself.
type Buffer struct{ data []byte }

// Skip assigns a field to itself.
func (b *Buffer) Skip() { b.data = b.data[1:] }

// Method returns a method value.
func (b *Buffer) Method() func() { return b.Skip }

// Each calls a function with a variable that is captured by reference.
func Each(values []int) int {
	sum := 0
	each(values, func(value int) { sum += value })
	return sum
}

//go:noinline
func each(values []int, f func(int)) {
	for _, value := range values {
		f(value)
	}
}

// Variadic boxes one value and passes on the others.
func Variadic(values ...any) string { return fmt.Sprint(values...) }

// Pass builds the slice of a variadic call.
func Pass(n int) string { return Variadic(n, "x", Token{Kind: n}) }

// Index makes maps and pointers.
func Index(words []string) map[string]*Token {
	index := make(map[string]*Token)
	for i, word := range words {
		index[word] = &Token{Kind: i, Text: word}
	}
	return index
}

// List is linked.
type List struct {
	next  *List
	value *int
}

// Push makes a cycle of assignments.
func (l *List) Push(n int) *List {
	head := &List{value: &n}
	for i := 0; i < n; i++ {
		head.next = l
		l = head
		head = head.next
	}
	return l
}

// Any returns a value in an interface.
func Any(n int) any { return n }

// Error is a value that is boxed when it is returned.
type Error struct{ Code int }

func (e Error) Error() string { return "error " + strconv.Itoa(e.Code) }

// Fail returns an error.
func Fail(code int) error {
	if code > 0 {
		return Error{code}
	}
	return nil
}
