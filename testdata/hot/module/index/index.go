// Package index counts and looks up words.
package index

// Index maps a word to the positions at which it stands.
type Index map[string][]int32

// Positions returns where word stands, in ascending order.
func (ix Index) Positions(word string) []int32 { return ix[word] }
