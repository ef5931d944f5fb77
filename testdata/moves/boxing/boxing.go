// Package boxing writes a number.
package boxing

import (
	"fmt"
	"strconv"
)

// before passes the number as an any: its value moves to the heap.
func before(line []byte, id int) []byte {
	return fmt.Appendf(line, "id=%d", id)
}

// after passes it as the int that it is.
func after(line []byte, id int) []byte {
	line = append(line, "id="...)
	return strconv.AppendInt(line, int64(id), 10)
}
