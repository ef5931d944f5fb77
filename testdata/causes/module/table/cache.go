package table

// Cache keeps the values that were used last.
type Cache[K comparable, V any] struct {
	entries map[K]*entry[K, V]
	first   *entry[K, V]
	last    *entry[K, V]
	free    *entry[K, V]
	limit   int
	stats   Stats
}

type entry[K comparable, V any] struct {
	key        K
	value      V
	prev, next *entry[K, V]
}

// Stats counts what a cache did.
type Stats struct {
	Hits, Misses, Evicted int
}

// NewCache makes a cache for so many values.
func NewCache[K comparable, V any](limit int) *Cache[K, V] {
	return &Cache[K, V]{entries: make(map[K]*entry[K, V], limit), limit: limit}
}

// Get returns a value, and makes it the one used last.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	e, ok := c.entries[key]
	if !ok {
		c.stats.Misses++
		var none V
		return none, false
	}
	c.stats.Hits++
	c.unlink(e)
	c.link(e)
	return e.value, true
}

// Put adds a value.
func (c *Cache[K, V]) Put(key K, value V) {
	if e, ok := c.entries[key]; ok {
		e.value = value
		return
	}
	if len(c.entries) >= c.limit {
		c.evict()
	}
	e := c.obtain()
	e.key, e.value = key, value
	c.entries[key] = e
	c.link(e)
}

func (c *Cache[K, V]) obtain() *entry[K, V] {
	if e := c.free; e != nil {
		c.free = e.next
		e.next = nil
		return e
	}
	return &entry[K, V]{}
}

func (c *Cache[K, V]) evict() {
	e := c.last
	c.unlink(e)
	delete(c.entries, e.key)
	c.stats.Evicted++
	c.recycle(e)
}

func (c *Cache[K, V]) recycle(e *entry[K, V]) {
	e.next = c.free
	c.free = e
}

func (c *Cache[K, V]) link(e *entry[K, V]) {
	e.next = c.first
	e.prev = nil
	if c.first != nil {
		c.first.prev = e
	}
	c.first = e
	if c.last == nil {
		c.last = e
	}
}

func (c *Cache[K, V]) unlink(e *entry[K, V]) {
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		c.first = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		c.last = e.prev
	}
	e.prev, e.next = nil, nil
}
