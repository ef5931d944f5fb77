//go:build rename

package index

import "testing"

func BenchmarkFind(b *testing.B) { lookup(b) }
