// Package wire encodes small sensor readings into a length-prefixed binary form.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrShort says that a buffer ends before the reading does.
var ErrShort = errors.New("wire: buffer ends before the reading does")

// Reading is one sample of one sensor.
type Reading struct {
	Sensor  uint32
	At      int64
	Value   float64
	Payload []byte
}

const header = 4 + 8 + 8 + 4

// Append writes r to the end of buf.
func Append(buf []byte, r *Reading) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, r.Sensor)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.At))
	buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(r.Value))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(r.Payload)))
	return append(buf, r.Payload...)
}

// Decode reads one reading; its payload is a copy.
func Decode(buf []byte) (Reading, error) {
	if len(buf) < header {
		return Reading{}, ErrShort
	}
	n := int(binary.LittleEndian.Uint32(buf[20:]))
	if len(buf) < header+n {
		return Reading{}, ErrShort
	}
	return Reading{
		Sensor:  binary.LittleEndian.Uint32(buf),
		At:      int64(binary.LittleEndian.Uint64(buf[4:])),
		Value:   math.Float64frombits(binary.LittleEndian.Uint64(buf[12:])),
		Payload: append([]byte(nil), buf[header:header+n]...),
	}, nil
}
