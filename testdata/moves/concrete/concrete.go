// Package concrete writes a number to a buffer.
package concrete

import (
	"bytes"
	"io"
	"strconv"
)

// before takes any writer. What it does with the bytes is unknown, so they are on the heap.
func before(w io.Writer, n int) {
	var digits [20]byte
	w.Write(strconv.AppendInt(digits[:0], int64(n), 10))
}

// after takes the writer that it is always given.
func after(w *bytes.Buffer, n int) {
	var digits [20]byte
	w.Write(strconv.AppendInt(digits[:0], int64(n), 10))
}
