// Package reuse encodes records one after the other.
package reuse

// An Encoder writes records to the same output.
type Encoder struct {
	buffer  []byte
	written int
}

// before makes a buffer for every record.
func (e *Encoder) before(record []byte) {
	buffer := make([]byte, 0, 2*len(record))
	for _, c := range record {
		buffer = append(buffer, c>>4, c&15)
	}
	e.written += len(buffer)
}

// after empties the buffer of the record before, and keeps its memory.
func (e *Encoder) after(record []byte) {
	buffer := e.buffer[:0]
	for _, c := range record {
		buffer = append(buffer, c>>4, c&15)
	}
	e.written += len(buffer)
	e.buffer = buffer
}
