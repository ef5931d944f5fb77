package wire

//gcassert:inline
func half(n int) int { return n / 2 }

// Quarter has comments for gcassert.
func Quarter(numbers []int) int {
	var seen [4]int
	for i := range seen {
		if i < len(numbers) {
			seen[i] = half(numbers[i]) //gcassert:inline,bce
		}
	}
	//gcassert:noescape
	box := &seen
	return box[0] + box[3]
}
