package concrete

import (
	"bytes"
	"io"
	"testing"
)

var out bytes.Buffer
var writer io.Writer = &out

func BenchmarkBefore(b *testing.B) {
	for b.Loop() {
		out.Reset()
		before(writer, 12345)
	}
}

func BenchmarkAfter(b *testing.B) {
	for b.Loop() {
		out.Reset()
		after(&out, 12345)
	}
}
