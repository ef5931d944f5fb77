// Package watch keeps what happened.
package watch

import (
	"strconv"
	"strings"
)

// A Note is something that happened.
type Note struct {
	key  string
	size int
}

// Log keeps the last notes.
type Log struct {
	notes [64]Note
	next  int
}

// Add keeps a note.
func (l *Log) Add(key string, size int) {
	l.notes[l.next] = Note{key: key, size: size}
	l.next = (l.next + 1) % len(l.notes)
}

// A Taker takes samples.
type Taker interface {
	Take(s *Sample)
}

// Sample is what was measured.
type Sample struct {
	Value int
	Parts [4]int
}

// Sum adds samples.
type Sum struct {
	total int
}

// Take adds a sample.
func (t *Sum) Take(s *Sample) {
	t.total += s.Value + s.Parts[0]
}

// Feed gives n samples to a sum.
func Feed(t *Sum, n int) {
	for i := 0; i < n; i++ {
		s := Sample{Value: i}
		t.Take(&s)
	}
}

// Feeder gives samples on.
type Feeder struct {
	to    *Sum
	count int
}

// Feed gives a sample on.
func (f *Feeder) Feed(n int) {
	s := Sample{Value: n}
	f.to.Take(&s)
	f.count++
}

// Label names a range.
func Label(from, to int) string {
	out := make([]byte, 0, 32)
	out = strconv.AppendInt(out, int64(from), 10)
	out = append(out, '-')
	out = strconv.AppendInt(out, int64(to), 10)
	return string(out)
}

// Guard counts what is running.
type Guard struct {
	running int
	text    strings.Builder
}

// Run counts while it runs.
func (g *Guard) Run(n int) {
	g.text.Reset()
	g.running++
	defer g.done()
	if n > 0 {
		g.running += n
	}
}

func (g *Guard) done() {
	g.running = 0
}

// Session is what somebody does.
type Session struct {
	key  string
	next *Session
}

var current *Session

// Open begins a session.
func Open(key string) {
	current = &Session{key: key}
}
