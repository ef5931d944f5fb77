// Package codec writes and reads frames of key-value records.
package codec

import "sync"

// Buffer collects bytes of a frame.
type Buffer struct {
	data []byte
	mark int
}

var buffers = sync.Pool{
	New: func() any {
		return &Buffer{data: make([]byte, 0, 512)}
	},
}

// Acquire takes a buffer from the pool.
func Acquire() *Buffer {
	b := buffers.Get().(*Buffer)
	b.Reset()
	return b
}

// Free gives a buffer back.
func Free(b *Buffer) {
	if cap(b.data) > 1<<16 {
		return
	}
	buffers.Put(b)
}

// Reset forgets what the buffer has.
func (b *Buffer) Reset() {
	b.data = b.data[:0]
	b.mark = 0
}

// Grow makes room for n more bytes.
func (b *Buffer) Grow(n int) {
	if cap(b.data)-len(b.data) < n {
		next := make([]byte, len(b.data), 2*cap(b.data)+n)
		copy(next, b.data)
		b.data = next
	}
}

// Bytes is what the buffer has.
func (b *Buffer) Bytes() []byte { return b.data }

// Len is how many bytes the buffer has.
func (b *Buffer) Len() int { return len(b.data) }

// Append adds bytes.
func (b *Buffer) Append(p []byte) {
	b.data = append(b.data, p...)
}

// AppendString adds a string.
func (b *Buffer) AppendString(s string) {
	b.data = append(b.data, s...)
}

// AppendByte adds a byte.
func (b *Buffer) AppendByte(c byte) {
	b.data = append(b.data, c)
}

// Mark remembers the length.
func (b *Buffer) Mark() {
	b.mark = len(b.data)
}

// Since is what was added since Mark.
func (b *Buffer) Since() []byte {
	return b.data[b.mark:]
}
