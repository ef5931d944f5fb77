package codec

import "testing"

var (
	line   = []byte("id=17 name=relay zone=eu-central-1 load=0.75 state=open retries=3 peer=10.0.0.7 owner=nobody")
	result int
	kept   []Field
)

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	var rec Record
	for i := 0; i < b.N; i++ {
		if Parse(line, &rec) != nil {
			b.Fatal("parse")
		}
	}
	result = len(rec.Fields)
}

func BenchmarkCount(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		result += Count(line)
	}
}

func BenchmarkFields(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		kept = Fields(line)
	}
}

func BenchmarkAppendInt(b *testing.B) {
	b.ReportAllocs()
	buf := Acquire()
	for i := 0; i < b.N; i++ {
		buf.Reset()
		AppendInt(buf, "count", 123456789)
	}
	Free(buf)
}

func BenchmarkTotal(b *testing.B) {
	b.ReportAllocs()
	rec := Record{Fields: Fields(line)}
	for i := 0; i < b.N; i++ {
		result += Total(&rec)
	}
}
