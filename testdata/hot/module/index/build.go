//go:build !presize

package index

// Count returns how often each word occurs; the map is made as large as it can get.
func Count(words []string) map[string]int {
	counts := make(map[string]int, len(words))
	for _, w := range words {
		counts[w]++
	}
	return counts
}

// Lengths returns the length of each word.
func Lengths(words []string) []int {
	out := make([]int, 0, len(words))
	for _, w := range words {
		out = append(out, len(w))
	}
	return out
}
