package wire

import (
	"bytes"
	"fmt"
	"testing"
)

func reading(size int) *Reading {
	return &Reading{Sensor: 7, At: 1_700_000_000, Value: 21.5, Payload: bytes.Repeat([]byte{0xa5}, size)}
}

func TestRoundTrip(t *testing.T) {
	want := reading(64)
	got, err := Decode(Append(nil, want))
	if err != nil || got.Sensor != want.Sensor || got.At != want.At || !bytes.Equal(got.Payload, want.Payload) {
		t.Fatalf("got %+v, %v", got, err)
	}
}

var sink uint64

func BenchmarkAppend(b *testing.B) {
	r, buf := reading(64), make([]byte, 0, 256)
	b.SetBytes(header + 64)
	for i := 0; i < b.N; i++ {
		buf = Append(buf[:0], r)
	}
	sink += uint64(len(buf))
}

func BenchmarkDecode(b *testing.B) {
	for _, size := range []int{64, 4096} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			buf := Append(nil, reading(size))
			b.SetBytes(int64(len(buf)))
			for i := 0; i < b.N; i++ {
				r, err := Decode(buf)
				if err != nil {
					b.Fatal(err)
				}
				sink += uint64(len(r.Payload))
			}
		})
	}
}

func BenchmarkChecksum(b *testing.B) {
	buf := Append(nil, reading(1024))
	b.SetBytes(int64(len(buf)))
	for i := 0; i < b.N; i++ {
		sink += Checksum(buf)
	}
}

func BenchmarkOrigin(b *testing.B) {
	r := reading(64)
	for i := 0; i < b.N; i++ {
		sink += uint64(OriginOf(r).Sensor)
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, size := range []int{64, 1024} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			r := reading(size)
			for i := 0; i < b.N; i++ {
				sink += Frame(r)
			}
		})
	}
}
