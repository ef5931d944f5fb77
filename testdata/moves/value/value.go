// Package value returns a small struct.
package value

import (
	"strconv"
	"strings"
)

// A Version is two numbers.
type Version struct{ Major, Minor int }

// before returns a pointer: the struct outlives the call, so it is on the heap.
func before(text string) *Version {
	major, minor, _ := strings.Cut(text, ".")
	v := &Version{}
	v.Major, _ = strconv.Atoi(major)
	v.Minor, _ = strconv.Atoi(minor)
	return v
}

// after returns the struct itself, in registers.
func after(text string) Version {
	major, minor, _ := strings.Cut(text, ".")
	v := Version{}
	v.Major, _ = strconv.Atoi(major)
	v.Minor, _ = strconv.Atoi(minor)
	return v
}
