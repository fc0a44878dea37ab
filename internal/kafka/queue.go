package kafka

import (
	"sync"
	"sync/atomic"

	"github.com/rollcall-dev/rollcall/schemas"
)

// call is one Append in wait of its acknowledgements.
type call struct {
	left atomic.Int32 // batches not yet answered, and one for the Append that still adds to them
	once sync.Once
	err  error
	done chan struct{}
}

func newCall() *call {
	c := &call{done: make(chan struct{})}
	c.left.Store(1)
	return c
}

// answered notes the fate of one batch, or the end of adding.
func (c *call) answered(err error) {
	if err != nil {
		c.once.Do(func() { c.err = err })
	}
	if c.left.Add(-1) == 0 {
		close(c.done)
	}
}

// queue is what waits to be written to one partition. One request is on its way at a time; what arrives meanwhile
// gathers in the last batch and is the next request. That is the group commit, and it keeps the order too.
type queue struct {
	topic     string
	partition int
	limit     int  // bytes of a batch
	sent      bool // something; the sender's

	mu     sync.Mutex
	ready  []*batch
	free   []byte // the buffer of a batch that is done
	closed bool
	wake   chan struct{} // one token: there is something in ready
}

func newQueue(topic string, partition, limit int) *queue {
	return &queue{topic: topic, partition: partition, limit: limit, wake: make(chan struct{}, 1)}
}

// put copies recs[i] for each i of order behind what waits. It fails where the producer is closed.
func (q *queue) put(c *call, recs []schemas.Record, order []int32) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	for _, i := range order {
		b := q.last(recordCost(recs[i]))
		b.add(recs[i])
		if n := len(b.calls); n == 0 || b.calls[n-1] != c {
			b.calls = append(b.calls, c)
			c.left.Add(1)
		}
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// last returns the batch that takes a record of a cost.
func (q *queue) last(cost int) *batch {
	if n := len(q.ready); n > 0 && q.ready[n-1].fits(cost, q.limit) {
		return q.ready[n-1]
	}
	b := newBatch(q.free)
	q.free = nil
	q.ready = append(q.ready, b)
	return b
}

// next takes the oldest batch, nil where none waits.
func (q *queue) next() *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ready) == 0 {
		return nil
	}
	b := q.ready[0]
	q.ready = append(q.ready[:0], q.ready[1:]...)
	return b
}

// recycle takes the buffer of a batch that nothing refers to any more.
func (q *queue) recycle(b *batch) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free = b.buf
}

// close refuses new records and returns what waits.
func (q *queue) close() []*batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	rest := q.ready
	q.ready = nil
	return rest
}
