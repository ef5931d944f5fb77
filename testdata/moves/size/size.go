// Package size collects values whose number is known.
package size

// before lets append grow the slice: each time it is full, all of it is copied to a larger one.
func before(words []string) []int {
	var lengths []int
	for _, word := range words {
		lengths = append(lengths, len(word))
	}
	return lengths
}

// after says how many there will be.
func after(words []string) []int {
	lengths := make([]int, 0, len(words))
	for _, word := range words {
		lengths = append(lengths, len(word))
	}
	return lengths
}
