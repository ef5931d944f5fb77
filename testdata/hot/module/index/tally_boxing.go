//go:build boxing

package index

// Tally keeps the last key and the largest count that it was shown.
type Tally struct {
	key  any
	most any
}

// Note records one key and count, each boxed in an interface.
//
//go:noinline
func (t *Tally) Note(key uint64, count int64) {
	t.key = key
	if m, ok := t.most.(int64); !ok || count >= m {
		t.most = count
	}
}
