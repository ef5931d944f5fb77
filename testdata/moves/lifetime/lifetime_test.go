package lifetime

import "testing"

func BenchmarkBefore(b *testing.B) {
	var l Log
	for b.Loop() {
		l.before(7)
	}
}

func BenchmarkAfter(b *testing.B) {
	var l Log
	for b.Loop() {
		l.after(7)
	}
}
