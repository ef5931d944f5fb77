//go:build !pointer

package wire

// Origin names where a reading was taken.
type Origin struct {
	Sensor uint32
	At     int64
}

// OriginOf returns the origin by value: it stays on the stack.
//
//go:noinline
func OriginOf(r *Reading) Origin {
	return Origin{Sensor: r.Sensor, At: r.At}
}
