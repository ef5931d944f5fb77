// Package flow moves records from a source to a sink.
package flow

import (
	"example.com/relay/codec"
	"example.com/relay/table"
)

// A Sink takes frames.
type Sink interface {
	Take(frame []byte)
}

// Counter is a sink that counts bytes.
type Counter struct {
	Frames, Bytes int
}

// Take counts a frame.
func (c *Counter) Take(frame []byte) {
	c.Frames++
	c.Bytes += len(frame)
}

// Relay sends events to a sink.
type Relay struct {
	sink    Sink
	cache   *table.Cache[int, int]
	scratch []byte
	rec     codec.Record
	sent    int
	last    string
}

// New makes a relay.
func New(sink Sink) *Relay {
	return &Relay{sink: sink, cache: table.NewCache[int, int](32), scratch: make([]byte, 0, 256)}
}

// Event is something that happened.
type Event struct {
	ID    int64
	Load  int64
	State string
}

// Send encodes an event and gives it to the sink.
func (r *Relay) Send(e *Event) {
	b := codec.Acquire()
	b.Grow(64)
	encode(b, e)
	r.sink.Take(b.Bytes())
	codec.Free(b)
	r.sent++
}

func encode(b *codec.Buffer, e *Event) {
	b.Append(codec.Header())
	codec.AppendInt(b, "id", e.ID)
	codec.AppendInt(b, "load", e.Load)
	b.AppendString("state=")
	b.AppendString(e.State)
}

// Snapshot encodes events into a frame of its own.
func (r *Relay) Snapshot(events []Event) []byte {
	var b codec.Buffer
	b.Grow(96 * len(events))
	for i := range events {
		encode(&b, &events[i])
	}
	r.sent += len(events)
	return b.Bytes()
}

// Forward parses a frame and sends its values on.
func (r *Relay) Forward(frame []byte) error {
	if err := codec.Parse(frame, &r.rec); err != nil {
		return err
	}
	out := r.scratch[:0]
	for _, field := range r.rec.Fields {
		out = append(out, field.Value...)
		out = append(out, ',')
	}
	r.scratch = out
	r.sink.Take(out)
	return nil
}

// Batch sends events together, as one frame.
func (r *Relay) Batch(events []Event) {
	frame := make([]byte, 0, 48*len(events))
	for i := range events {
		frame = join(frame, &events[i])
	}
	r.sink.Take(frame)
}

func join(frame []byte, e *Event) []byte {
	frame = append(frame, e.State...)
	frame = append(frame, ';')
	for n := e.ID; n > 0; n /= 10 {
		frame = append(frame, byte('0'+n%10))
	}
	return append(frame, '\n')
}

// Price looks up or works out the price of an event.
func (r *Relay) Price(id int) int {
	if price, ok := r.cache.Get(id); ok {
		return price
	}
	price := tariff(id, 7)
	r.cache.Put(id, price)
	return price
}

func tariff(id, rate int) int {
	t := newTariff(rate)
	return t.of(id)
}

type rates struct {
	base, step int
	table      [4]int
}

func newTariff(rate int) *rates {
	return &rates{base: rate, step: rate / 2, table: [4]int{1, 2, 3, 5}}
}

func (t *rates) of(id int) int {
	return t.base + t.step*t.table[id&3]
}
