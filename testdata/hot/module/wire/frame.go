//go:build !pool

package wire

import "sync"

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// Frame encodes r into a pooled buffer and returns its checksum.
func Frame(r *Reading) uint64 {
	b := buffers.Get().(*[]byte)
	*b = Append((*b)[:0], r)
	sum := Checksum(*b)
	buffers.Put(b)
	return sum
}
