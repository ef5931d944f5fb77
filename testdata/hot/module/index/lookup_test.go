//go:build !rename

package index

import "testing"

func BenchmarkLookup(b *testing.B) { lookup(b) }
