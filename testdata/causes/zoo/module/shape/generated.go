package shape

//line grammar.y:100
func Act(n int) *int {
	return &n
}

// Parse calls a generated function.
func Parse(n int) int { return *Act(n) }
