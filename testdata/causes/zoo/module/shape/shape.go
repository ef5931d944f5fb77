// Package shape has what the compiler decides about calls: inlined or not, devirtualised or not.
package shape

import (
	"sync"
	"sync/atomic"
)

// Area is implemented twice.
type Area interface{ Area() int }

type square struct{ side int }

func (s *square) Area() int { return s.side * s.side }

type wide struct{ parts [16]int }

func (w *wide) Area() int {
	sum := 0
	for i, part := range w.parts {
		sum += part * i
	}
	return sum
}

func newSquare(side int) Area { return &square{side} }

// Known calls a method of a known type through an interface.
func Known(side int) int {
	a := newSquare(side)
	return a.Area()
}

// Unknown calls it through an interface that may hold anything.
func Unknown(a Area) int { return a.Area() + 1 }

// Either makes one of two types.
func Either(big bool) int {
	var a Area = &square{2}
	if big {
		a = &wide{}
	}
	return a.Area()
}

var opened atomic.Int64

// Open has a deferred call.
func Open(mu *sync.Mutex) int64 {
	mu.Lock()
	defer mu.Unlock()
	return opened.Add(1)
}

// Spawn starts a goroutine.
func Spawn(done chan int, n int) {
	go func() { done <- n }()
}

// Wait selects.
func Wait(a, b chan int) int {
	select {
	case n := <-a:
		return n
	case n := <-b:
		return n
	}
}

// Safe recovers.
func Safe() (caught bool) {
	caught = recover() != nil
	return
}

//go:noinline
func fixed(n int) int { return n + 1 }

// Fixed calls what must not be inlined.
func Fixed(n int) int { return fixed(n) }

// Depth calls itself.
func Depth(n int) int {
	if n == 0 {
		return 0
	}
	return Depth(n-1) + 1
}

func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}

func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}

// Parity calls two functions that call each other.
func Parity(n int) bool { return even(n) }

// Apply calls a function that it is given.
func Apply(n int, f func(int) int) int { return f(n) }

// Twice hands over a closure, which is inlined.
func Twice(n int) int { return Apply(n, func(n int) int { return n * 2 }) }

// Counter returns a closure, which keeps its variable.
func Counter() func() int {
	count := 0
	return func() int {
		count++
		return count
	}
}

// Mix costs too much.
func Mix(a, b, c int) int {
	for i := 0; i < a; i++ {
		b += c*i ^ b<<3
		c += b*i ^ c>>2
		b ^= c + Unknown(&square{i})
		c ^= b + fixed(c)
	}
	return b ^ c
}

// Number is a set of types.
type Number interface{ ~int | ~float64 }

// Sum adds up.
func Sum[T Number](values []T) T {
	var sum T
	for _, value := range values {
		sum += value
	}
	return sum
}

// Box holds a value.
type Box[T Area] struct{ value T }

// Total calls a method of a type parameter.
func (b *Box[T]) Total() int { return b.value.Area() + 1 }

// Instances uses generics with two types.
func Instances() (int, float64) {
	box := Box[*square]{&square{3}}
	return Sum([]int{1, 2, 3}) + box.Total(), Sum([]float64{1, 2})
}

var current atomic.Pointer[square]

// Current keeps a pointer in a type of the standard library.
func Current(side int) int {
	current.Store(&square{side})
	return current.Load().side
}

// pair is generic, and has an area.
type pair[T any] struct{ a, b T }

func (p *pair[T]) Area() int { return 2 }

// Shaped calls a method of a generic type through an interface.
func Shaped[T any](x T) int {
	var a Area = &pair[T]{x, x}
	return a.Area()
}

// Solid has more than an area.
type Solid interface {
	Area
	Volume() int
}

// Narrow calls through one interface what it has in another.
func Narrow(s Solid) int { return Area(s).Area() + Shaped(3) }
