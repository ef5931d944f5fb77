//go:build !slow

package wire

// Checksum is FNV-1a over buf.
func Checksum(buf []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range buf {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}
