// Package pool compresses texts in many goroutines.
package pool

import (
	"bytes"
	"compress/flate"
	"sync"
)

// before makes a compressor for each text.
func before(text []byte) int {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestSpeed) // the level is valid
	w.Write(text)
	w.Close()
	return out.Len()
}

var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is valid
	return w
}}

// after borrows one.
func after(text []byte) int {
	var out bytes.Buffer
	w := compressors.Get().(*flate.Writer)
	w.Reset(&out)
	w.Write(text)
	w.Close()
	compressors.Put(w)
	return out.Len()
}
