package flow

import "example.com/relay/codec"

// A Stage works on a value.
type Stage interface {
	Apply(v *Value) bool
}

// Value is what stages work on.
type Value struct {
	Key  string
	Num  int
	Tags [4]int
}

type scale struct {
	factor int
}

func (s *scale) Apply(v *Value) bool {
	v.Num *= s.factor
	return v.Num > 0
}

type clamp struct {
	low, high int
}

func (c *clamp) Apply(v *Value) bool {
	if v.Num < c.low {
		v.Num = c.low
	}
	if v.Num > c.high {
		v.Num = c.high
	}
	return true
}

func newStage(factor int) Stage {
	return &scale{factor: factor}
}

// RunStage applies a stage to n values.
func RunStage(n int) int {
	stage := newStage(3)
	total := 0
	for i := 0; i < n; i++ {
		v := Value{Key: "v", Num: i}
		if stage.Apply(&v) {
			total += v.Num
		}
	}
	return total
}

// Filter keeps the numbers for which keep holds.
func Filter(in, out []int, keep func(int) bool) []int {
	out = out[:0]
	for _, n := range in {
		if keep(n) {
			out = append(out, n)
		}
	}
	return out
}

// Above keeps numbers above a limit.
func Above(in, out []int, limit int) []int {
	return Filter(in, out, func(n int) bool { return n > limit })
}

// Meter measures frames.
type Meter struct {
	limit int
	seen  int
	hook  func(int) bool
}

// Over tells whether a size is over the limit.
func (m *Meter) Over(size int) bool {
	m.seen++
	return size > m.limit
}

// Measure counts the fields of a frame that are over the limit.
func (m *Meter) Measure(frame []byte) int {
	r := codec.NewReader(frame)
	n := 0
	for {
		field, ok := r.Next()
		if !ok {
			return n
		}
		if m.Over(len(field.Value)) {
			n++
		}
	}
}

// Describe names a state.
func Describe(state string, id int) string {
	if id < 0 {
		return "unknown"
	}
	return state
}

// Names appends the names of events to a list.
func Names(events []Event, names []string) []string {
	names = names[:0]
	for i := range events {
		names = append(names, Describe(events[i].State, int(events[i].ID)))
	}
	return names
}
