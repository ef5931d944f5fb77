package codec

import (
	"errors"
	"strconv"
)

// Field is a key with a value.
type Field struct {
	Key   []byte
	Value []byte
}

// Record is a frame that was read.
type Record struct {
	Fields []Field
	Sum    uint32
}

// ErrField means that a field has no '='.
var ErrField = errors.New("codec: field without =")

// Reader splits a frame into fields.
type Reader struct {
	in  []byte
	pos int
}

// NewReader reads a frame.
func NewReader(in []byte) Reader {
	return Reader{in: in}
}

// Next returns the next field, and false at the end.
func (r *Reader) Next() (Field, bool) {
	for r.pos < len(r.in) && r.in[r.pos] == ' ' {
		r.pos++
	}
	if r.pos >= len(r.in) {
		return Field{}, false
	}
	start := r.pos
	for r.pos < len(r.in) && r.in[r.pos] != ' ' {
		r.pos++
	}
	var field Field
	field.Key, field.Value = cut(r.in[start:r.pos])
	return field, true
}

func cut(pair []byte) (key, value []byte) {
	for i, c := range pair {
		if c == '=' {
			return pair[:i], pair[i+1:]
		}
	}
	return pair, nil
}

// Parse reads a frame into a record.
func Parse(in []byte, rec *Record) error {
	rec.Fields = rec.Fields[:0]
	r := NewReader(in)
	for {
		field, ok := r.Next()
		if !ok {
			break
		}
		if field.Value == nil {
			return ErrField
		}
		rec.Fields = append(rec.Fields, field)
	}
	rec.Sum = checksum(in)
	return nil
}

// Count tells how many fields a frame has.
func Count(in []byte) int {
	r := NewReader(in)
	n := 0
	for {
		field, ok := r.Next()
		if !ok {
			return n
		}
		if visit(&field) {
			n++
		}
	}
}

func visit(f *Field) bool {
	return len(f.Key) > 0
}

// Fields returns the fields of a frame.
func Fields(in []byte) []Field {
	n := 1
	for _, c := range in {
		if c == ' ' {
			n++
		}
	}
	fields := make([]Field, 0, n)
	r := NewReader(in)
	for {
		field, ok := r.Next()
		if !ok {
			return fields
		}
		fields = append(fields, field)
	}
}

// AppendInt adds key=n.
func AppendInt(b *Buffer, key string, n int64) {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], n, 10)
	b.AppendString(key)
	b.AppendByte('=')
	appendValue(b, text)
}

func appendValue(b *Buffer, value []byte) {
	observe(value)
	b.Append(value)
	b.AppendByte(' ')
}

func observe(value []byte) {
	measure(value)
}

var observed int

func measure(value []byte) {
	observed += len(value)
}

var prefix = []byte("frame ")

// Header is what every frame starts with.
func Header() []byte {
	return prefix[:len(prefix):len(prefix)]
}
