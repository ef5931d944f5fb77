//go:build muttering

package wire

import (
	"fmt"
	"testing"
)

// A print without a line end glues itself to the name and the number of iterations.
func BenchmarkMuttering(b *testing.B) {
	for i := 0; i < b.N; i++ {
		if i == 0 {
			fmt.Print(".")
		}
		sink += uint64(OriginOf(reading(8)).Sensor)
	}
}
