//go:build broken

package wire

import "testing"

func BenchmarkReplay(b *testing.B) { b.Fatal("cannot open the recording") }
