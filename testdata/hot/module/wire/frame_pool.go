//go:build pool

package wire

// Frame encodes r into a fresh buffer and returns its checksum.
func Frame(r *Reading) uint64 {
	b := Append(nil, r)
	return Checksum(b)
}
