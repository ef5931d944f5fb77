package codec

// A Hasher sums bytes.
type Hasher interface {
	Write(p []byte)
	Sum() uint32
}

type fnv struct {
	state uint32
}

func (h *fnv) Write(p []byte) {
	for _, c := range p {
		h.state = (h.state ^ uint32(c)) * 16777619
	}
}

func (h *fnv) Sum() uint32 { return h.state }

type adler struct {
	a, b uint32
}

func (h *adler) Write(p []byte) {
	for _, c := range p {
		h.a += uint32(c)
		h.b += h.a
	}
}

func (h *adler) Sum() uint32 { return h.b<<16 | h.a&0xffff }

var weak bool

func newHasher() Hasher {
	return &fnv{state: 2166136261}
}

func checksum(in []byte) uint32 {
	h := newHasher()
	var block [32]byte
	for len(in) > 0 {
		n := copy(block[:], in)
		h.Write(block[:n])
		in = in[n:]
	}
	return h.Sum()
}

// Cursor walks over the values of a record.
type Cursor struct {
	rec *Record
	pos int
	sum int
}

// NewCursor starts at the first field.
func NewCursor(rec *Record) *Cursor {
	return &Cursor{rec: rec}
}

// Next is the length of the next value, and false at the end.
func (c *Cursor) Next() (int, bool) {
	if c.pos >= len(c.rec.Fields) {
		return 0, false
	}
	c.pos++
	return len(c.rec.Fields[c.pos-1].Value), true
}

// Total adds the lengths of all values.
func Total(rec *Record) int {
	c := NewCursor(rec)
	total := 0
	for {
		n, ok := c.Next()
		if !ok {
			return total
		}
		total += n
	}
}
