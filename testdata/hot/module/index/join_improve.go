//go:build improve

package index

import "strings"

// Join puts the words into one line; it grows its buffer once.
func Join(words []string) string {
	size := 0
	for _, w := range words {
		size += len(w) + 1
	}
	var line strings.Builder
	line.Grow(size)
	for _, w := range words {
		line.WriteString(w)
		line.WriteByte(' ')
	}
	return line.String()
}
