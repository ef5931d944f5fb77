//go:build !improve

package index

// Join puts the words into one line.
func Join(words []string) string {
	line := ""
	for _, w := range words {
		line += w + " "
	}
	return line
}
