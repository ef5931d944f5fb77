package index

import "testing"

func lookup(b *testing.B) {
	ix := Index{}
	for i, w := range words(1000) {
		ix[w] = append(ix[w], int32(i))
	}
	for _, word := range []string{"word7", "nowhere"} {
		b.Run(word, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				sink += len(ix.Positions(word))
			}
		})
	}
}
