// Package table keeps values by key.
package table

import "sort"

// Index maps words to the numbers of the lines that have them.
type Index struct {
	lines map[string][]int
	names []string
}

// NewIndex makes an index for about n words.
func NewIndex(n int) *Index {
	return &Index{lines: make(map[string][]int, n), names: make([]string, 0, n)}
}

// Add notes that a line has a word.
func (x *Index) Add(word []byte, line int) {
	known, ok := x.lines[string(word)]
	if !ok {
		name := string(word)
		x.names = append(x.names, name)
		known = make([]int, 0, 4)
		x.lines[name] = append(known, line)
		return
	}
	x.lines[string(word)] = append(known, line)
}

// Has tells whether any line has a word.
func (x *Index) Has(word []byte) bool {
	_, ok := x.lines[string(word)]
	return ok
}

// Each calls f for every word, in order.
func (x *Index) Each(f func(name string, lines []int)) {
	for _, name := range x.names {
		f(name, x.lines[name])
	}
}

// Weight adds a weight for every line of every word.
func (x *Index) Weight(per int) int {
	total := 0
	x.Each(func(name string, lines []int) {
		total += per * len(lines)
	})
	return total
}

// Sorted returns the words in order.
func (x *Index) Sorted() []string {
	names := make([]string, 0, len(x.names))
	names = append(names, x.names...)
	sort.Strings(names)
	return names
}

// Histogram counts words by length.
func Histogram(words []string) map[int]int {
	counts := make(map[int]int, 64)
	for _, word := range words {
		counts[len(word)]++
	}
	return counts
}
