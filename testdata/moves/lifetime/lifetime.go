// Package lifetime remembers the last request.
package lifetime

// A Request is what was asked for.
type Request struct{ ID, Size int }

// A Log lives longer than any request.
type Log struct {
	last     *Request
	lastID   int
	requests int
}

// before keeps a pointer to the request: every request moves to the heap.
func (l *Log) before(id int) {
	request := Request{ID: id, Size: 8 * id}
	l.requests += request.Size
	l.last = &request
}

// after keeps the part that is needed, as a copy.
func (l *Log) after(id int) {
	request := Request{ID: id, Size: 8 * id}
	l.requests += request.Size
	l.lastID = request.ID
}
