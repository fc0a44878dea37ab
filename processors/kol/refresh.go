package kol

import (
	"slices"
)

// done is what is kept of a finished refresh.
type done struct {
	day        int32
	influence  [boards][]float64 // by node, where the next one begins
	ranks      [boards][]uint32  // by node; 0 is none
	dependents []dependent
}

func newDone() *done { return &done{day: unset} }

// past is who was ranked where at a refresh.
type past struct {
	day   int32
	order [boards][]uint32 // nodes from the first place on
}

const (
	week = 7
	// remembered places of past refreshes: who comes from further behind was not ranked then.
	remembered = 1 << 16
)

// refresh is one that is under way.
type refresh struct {
	at     int64
	stages stages
	place  *Place // of the slice
	rows   *Rows
}

// begin begins the refresh of a midnight, of the graph and the census as they are now; begin it again after a restart.
func (c *Community) begin(day int32, at int64, p *Place) {
	if c.pending == unset {
		c.filled = c.shrunk
	}
	c.pending = day
	r := &refresh{at: at, place: p}
	name := func(member uint32) string { return r.place.Name(member) }
	k, all := rank(c.graph, c.doubts(c.against, at, p), c.census, at, day, c.last, name)
	r.stages = all
	var towns *clustering
	if len(c.places.of) > 0 {
		var more stages
		towns, more = cluster(k, c.marks)
		r.stages = append(r.stages, more...)
	}
	portraits, more := portray(k, name)
	r.stages = append(r.stages, more...)
	var ranks [boards][]uint32
	r.stages = append(r.stages,
		once(func() {
			for b := range boards {
				ranks[b] = make([]uint32, c.graph.Nodes())
				for i, node := range k.boards[b].order {
					ranks[b][node] = uint32(i + 1)
				}
			}
		}),
		each(c.graph.Nodes(), func(node uint32) int { return c.tellMember(node, ranks[AllTime][node], r) }),
		once(func() {
			if towns != nil {
				towns.tell(at, c.places, r.place, r.rows)
				c.marks, c.places = towns.marks, channels{}
			}
			c.tell(at, portraits, c.filled, r.place, r.rows)
			c.tellDependents(at, portraits, r.place, r.rows)
			c.last = &done{day: day, ranks: ranks, dependents: portraits.dependents}
			for b := range boards {
				c.last.influence[b] = k.boards[b].influence
			}
			c.remember(k)
			c.pending, c.refresh = unset, nil
			if c.graph.Len() > c.sizes.small {
				c.census = &census{}
			}
		}))
	c.refresh = r
}

// advance goes on with the refresh that is under way.
func (c *Community) advance(visits int, p *Place, rows *Rows) {
	if c.refresh == nil { // after a restart
		c.begin(c.pending, p.Calendar.Midnight(c.pending), p)
	}
	c.refresh.place, c.refresh.rows = p, rows
	c.refresh.stages.step(visits)
}

// remember keeps the places of a refresh for a week and as long as there is none of a week ago.
func (c *Community) remember(k *ranking) {
	now := past{day: k.day}
	for b := range boards {
		order := k.boards[b].order
		now.order[b] = slices.Clone(order[:min(remembered, len(order))])
	}
	c.past = append(c.past, now)
	for len(c.past) > 1 && c.past[1].day <= k.day-week {
		c.past = slices.Delete(c.past, 0, 1)
	}
}

// before are the places at the refresh a week before a day, or the newest before that.
func (c *Community) before(day int32) *past {
	for i := len(c.past) - 1; i >= 0; i-- {
		if c.past[i].day <= day-week {
			return &c.past[i]
		}
	}
	return nil
}
