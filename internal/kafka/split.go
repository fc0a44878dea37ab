package kafka

import (
	"slices"
	"sync"

	"github.com/rollcall-dev/rollcall/schemas"
)

// orders lends lists of record numbers.
var orders orderPool

type orderPool struct{ pool sync.Pool }

// get returns the numbers 0 … n-1.
func (p *orderPool) get(n int) *[]int32 {
	order, ok := p.pool.Get().(*[]int32)
	if !ok {
		order = new([]int32)
	}
	*order = slices.Grow((*order)[:0], n)[:n]
	for i := range *order {
		(*order)[i] = int32(i)
	}
	return order
}

func (p *orderPool) put(order *[]int32) { p.pool.Put(order) }

// putByKey queues the records in their keys' partitions, each queue at one go: records of one call that share a
// partition then share a request even while others append.
func putByKey(queues []*queue, c *call, recs []schemas.Record, order []int32) error {
	if len(recs) == 1 {
		return queues[PartitionOf(recs[0].Key, len(queues))].put(c, recs, order)
	}
	// A counting sort by partition, which keeps the order inside each.
	parts, ends := orders.get(len(recs)), orders.get(len(queues)+1)
	defer orders.put(parts)
	defer orders.put(ends)
	clear(*ends)
	for i, r := range recs {
		p := PartitionOf(r.Key, len(queues))
		(*parts)[i] = int32(p)
		(*ends)[p+1]++
	}
	for p := range queues {
		(*ends)[p+1] += (*ends)[p]
	}
	for i, p := range *parts {
		order[(*ends)[p]] = int32(i)
		(*ends)[p]++
	}
	from := int32(0)
	for p, q := range queues {
		to := (*ends)[p]
		if to > from {
			if err := q.put(c, recs, order[from:to]); err != nil {
				return err
			}
		}
		from = to
	}
	return nil
}
