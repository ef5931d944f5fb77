// Package pgo walks over the rows of a table.
package pgo

import "slices"

// A Cursor walks over a row.
type Cursor struct {
	row []int
	at  int
}

// newCursor is too long to be inlined, unless a profile shows that it is called often.
func newCursor(row []int) *Cursor {
	if slices.Contains(row, -1) {
		row = slices.Clone(row)
		slices.Sort(row)
		row = slices.Compact(row)
	}
	return &Cursor{row: row}
}

func (c *Cursor) next() (int, bool) {
	if c.at >= len(c.row) {
		return 0, false
	}
	c.at++
	return c.row[c.at-1], true
}

// sum stands for a function that is too long to be inlined in any case.
//
//go:noinline
func sum(row []int) int {
	sum := 0
	c := newCursor(row)
	for value, ok := c.next(); ok; value, ok = c.next() {
		sum += value
	}
	return sum
}
