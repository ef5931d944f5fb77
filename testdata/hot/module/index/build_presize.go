//go:build presize

package index

// Count returns how often each word occurs; the map grows as it fills.
func Count(words []string) map[string]int {
	counts := make(map[string]int)
	for _, w := range words {
		counts[w]++
	}
	return counts
}

// Lengths returns the length of each word.
func Lengths(words []string) []int {
	var out []int
	for _, w := range words {
		out = append(out, len(w))
	}
	return out
}
