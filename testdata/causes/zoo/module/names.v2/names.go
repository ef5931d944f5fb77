// Package names has a dot in the last element of its path, as it is written in profiles.
package names

// Names is generic.
type Names[T any] struct{ all []T }

// Add appends in a closure that is inlined.
func (n *Names[T]) Add(value T) {
	add := func(value T) { n.all = append(n.all, value) }
	add(value)
}

// Collect calls back.
func Collect(n int) []*int {
	var all []*int
	visit(n, func(i int) { all = append(all, &i) })
	return all
}

//go:noinline
func visit(n int, f func(int)) {
	for i := 0; i < n; i++ {
		f(i)
	}
}
