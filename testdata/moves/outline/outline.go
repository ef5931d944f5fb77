// Package outline makes readers.
package outline

import "strings"

// A Reader reads a text.
type Reader struct {
	text string
	at   int
}

// before prepares the text itself. With the rare case it is too long to be inlined, so that the reader outlives the call.
func before(text string) *Reader {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return &Reader{text: text}
}

// after leaves the rare case to another function. It is inlined, and the reader is on the stack of its caller.
func after(text string) *Reader {
	return &Reader{text: withoutReturns(text)}
}

func withoutReturns(text string) string {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text
}

func (r *Reader) next() byte {
	r.at++
	return r.text[r.at-1]
}
