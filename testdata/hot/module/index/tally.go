//go:build !boxing

package index

// Tally keeps the last key and the largest count that it was shown.
type Tally struct {
	key  uint64
	most int64
}

// Note records one key and count.
//
//go:noinline
func (t *Tally) Note(key uint64, count int64) {
	t.key = key
	t.most = max(t.most, count)
}
