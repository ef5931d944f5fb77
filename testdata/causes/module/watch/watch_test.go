package watch

import "testing"

var (
	keys   = []string{"open", "closed", "half-open"}
	result int
	label  string
)

func BenchmarkAdd(b *testing.B) {
	b.ReportAllocs()
	var l Log
	for i := 0; i < b.N; i++ {
		l.Add(keys[i%len(keys)], i)
	}
	result += l.next
}

func BenchmarkFeed(b *testing.B) {
	b.ReportAllocs()
	var s Sum
	for i := 0; i < b.N; i++ {
		Feed(&s, 3)
	}
	result += s.total
}

func BenchmarkFeeder(b *testing.B) {
	b.ReportAllocs()
	f := &Feeder{to: &Sum{}}
	for i := 0; i < b.N; i++ {
		f.Feed(i)
	}
	result += f.count
}

func BenchmarkLabel(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		label = Label(i, i+1000000)
	}
}

func BenchmarkRun(b *testing.B) {
	b.ReportAllocs()
	var g Guard
	for i := 0; i < b.N; i++ {
		g.Run(i)
	}
	result += g.running
}

func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		Open(keys[i%len(keys)])
	}
}
