// Package closure walks over the fields of a line.
package closure

import "strings"

// before returns a function that remembers where it is: the function and the text are on the heap.
func before(line string) func() (string, bool) {
	return func() (string, bool) {
		if line == "" {
			return "", false
		}
		var field string
		field, line, _ = strings.Cut(line, " ")
		return field, true
	}
}

// after is a struct that remembers it, on the stack of its user.
type after struct{ line string }

func (a *after) next() (string, bool) {
	if a.line == "" {
		return "", false
	}
	var field string
	field, a.line, _ = strings.Cut(a.line, " ")
	return field, true
}
