//go:build slow

package wire

// Checksum is FNV-1a over buf, checked by computing it a second time.
func Checksum(buf []byte) uint64 {
	h, again := uint64(14695981039346656037), uint64(14695981039346656037)
	for _, b := range buf {
		h = (h ^ uint64(b)) * 1099511628211
	}
	for _, b := range buf {
		again = (again ^ uint64(b)) * 1099511628211
	}
	if h != again {
		panic("wire: checksum does not repeat")
	}
	return h
}
