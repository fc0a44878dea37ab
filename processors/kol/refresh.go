package kol

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
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
	stages work.Stages
	place  *Place // of the slice
	rows   *Rows
}

// begin begins the refresh that is pending, of the graph, the ties and the members as they were at its midnight; begin it again
// after a restart.
func (c *Community) begin(p *Place) {
	at := p.Calendar.Midnight(c.pending)
	r := &refresh{at: at, place: p}
	name := func(member uint32) string { return r.place.Name(member) }
	r.stages = append(c.merge(at, p, name), work.Later(func() work.Stages { return c.renew(r, name) }))
	c.refresh = r
}

// renew is what follows the merge.
func (c *Community) renew(r *refresh, name func(member uint32) string) work.Stages {
	who, all := c.poll.of(c, c.graph, r.at, name)
	k, more := rank(c.graph, c.doubts(c.against, r.at, name), who, r.at, c.pending, c.last, name)
	all = append(all, more...)
	var towns *clustering
	if len(c.places.of) > 0 {
		towns, more = cluster(k, c.marks, c.places, name)
		all = append(all, more...)
	}
	portraits, more := portray(k, name)
	all = append(all, more...)
	next := &done{day: c.pending}
	for b := range boards {
		next.ranks[b] = make([]uint32, c.graph.Nodes())
		all = append(all, work.Later(func() work.Stages {
			order := k.boards[b].order
			return work.Stages{work.Each(len(order), func(i uint32) int {
				next.ranks[b][order[i]] = i + 1
				return 2
			})}
		}))
	}
	return append(all,
		work.Each(c.graph.Nodes(), func(node uint32) int { return c.tellMember(node, next.ranks[AllTime][node], r) }),
		work.Later(func() work.Stages {
			return work.Stages{work.Each(len(portraits.dependents), func(i uint32) int {
				tellDependent(r.at, k, portraits.dependents[i], r.place, r.rows)
				return telling
			})}
		}),
		work.Once(func() {
			if towns != nil {
				towns.tell(r.at, r.place, r.rows)
				c.marks, c.places = towns.marks, channels{}
			}
			c.tell(r.at, portraits, c.filled, r.place, r.rows)
			next.dependents = portraits.dependents
			for b := range boards {
				next.influence[b] = k.boards[b].influence
			}
			c.last = next
			c.remember(k)
			c.pending, c.refresh = unset, nil
			if c.graph.Len() > c.sizes.small {
				c.poll = &poll{}
			}
		}))
}

// advance goes on with the refresh that is under way.
func (c *Community) advance(visits int, p *Place, rows *Rows) {
	if c.refresh == nil { // at its midnight, or after a restart
		c.begin(p)
	}
	c.refresh.place, c.refresh.rows = p, rows
	c.refresh.stages.Step(visits)
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
