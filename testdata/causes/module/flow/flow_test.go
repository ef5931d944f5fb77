package flow

import "testing"

var (
	frame  = []byte("id=17 name=relay zone=eu-central-1 load=0.75 state=open retries=3 peer=10.0.0.7 owner=nobody")
	events = []Event{{ID: 1234567, Load: 7, State: "open"}, {ID: 2345678, Load: 70, State: "closed"}, {ID: 3456789, Load: 700, State: "draining"}}
	result int
	names  []string
	kept   []byte
)

func BenchmarkSend(b *testing.B) {
	b.ReportAllocs()
	r := New(&Counter{})
	for i := 0; i < b.N; i++ {
		r.Send(&events[i%len(events)])
	}
	result = r.sent
}

func BenchmarkSnapshot(b *testing.B) {
	b.ReportAllocs()
	r := New(&Counter{})
	for i := 0; i < b.N; i++ {
		kept = r.Snapshot(events)
	}
}

func BenchmarkForward(b *testing.B) {
	b.ReportAllocs()
	r := New(&Counter{})
	for i := 0; i < b.N; i++ {
		if r.Forward(frame) != nil {
			b.Fatal("forward")
		}
	}
}

func BenchmarkBatch(b *testing.B) {
	b.ReportAllocs()
	r := New(&Counter{})
	for i := 0; i < b.N; i++ {
		r.Batch(events)
	}
}

func BenchmarkPrice(b *testing.B) {
	b.ReportAllocs()
	r := New(&Counter{})
	for i := 0; i < b.N; i++ {
		result += r.Price(i % 64)
	}
}

func BenchmarkRunStage(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		result += RunStage(4)
	}
}

func BenchmarkAbove(b *testing.B) {
	b.ReportAllocs()
	in := []int{3, 9, 1, 12, 7, 30, 2}
	var out []int
	for i := 0; i < b.N; i++ {
		out = Above(in, out, 5)
	}
	result += len(out)
}

func BenchmarkMeasure(b *testing.B) {
	b.ReportAllocs()
	m := &Meter{limit: 4}
	for i := 0; i < b.N; i++ {
		result += m.Measure(frame)
	}
}

func BenchmarkNames(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		names = Names(events, names)
	}
}
