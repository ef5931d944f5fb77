//go:build chatty

package wire

import (
	"fmt"
	"testing"
)

// A print inside a benchmark tears its name from its values.
func BenchmarkChatty(b *testing.B) {
	for i := 0; i < b.N; i++ {
		if i == 0 {
			fmt.Println("connected to the broker")
		}
		sink += uint64(OriginOf(reading(8)).Sensor)
	}
}
