package kol

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
	"github.com/rollcall-dev/rollcall/schemas"
)

// spared is what is left of a member whom only members speak against whom nobody vouches for: fakes must not be able to bring
// a leader down to nothing.
const spared = 1.0 / 8

// Doubt is how much an action speaks against its target, in 1/1000; false where it does not. Value is that of a vote.
func Doubt(kind schemas.Kind, value float64) (uint32, bool) {
	switch {
	case kind == schemas.KindDownvote:
		return 1000, true
	case kind == schemas.KindVote && value < 0:
		w := uint32(math.Round(1000 * min(3, -value)))
		return w, w > 0
	}
	return 0, false
}

// split moves what endorses to the front, and parts endorsements from words against.
func split(ties []graph.Tie) (endorse, against []graph.Tie) {
	n := 0
	for i := range ties {
		if ties[i].Against == 0 {
			ties[i], ties[n] = ties[n], ties[i]
			n++
		}
	}
	return ties[:n], ties[n:]
}

// merged are copies of both graphs with ties that are due.
func (c *Community) merged(due []graph.Tie, at int64, p *Place) (g, against *graph.Graph) {
	endorse, doubts := split(due)
	g, against = c.graph.Merged(endorse, at, p.Calendar, p.Name), c.against
	if len(doubts) > 0 {
		against = against.Merged(doubts, at, p.Calendar, p.Name)
	}
	return g, against
}

// doubts are what is said against members, as of an instant.
type doubts struct {
	against *graph.Graph
	isBot   func(member uint32) bool
	kept    []float64 // by node of the graph that is ranked; nil: nobody has anything against anybody
}

func (c *Community) doubts(against *graph.Graph, at int64, name func(member uint32) string) *doubts {
	bots := c.named(at).bots
	return &doubts{against: against, isBot: func(m uint32) bool {
		since, said := c.said[m]
		return said && since < at || len(bots) > 0 && bots[name(m)]
	}}
}

// weigh finds what of their influence members keep: ((P − N) / (P + N))², where P are the weights of all who endorsed them and
// N of all who spoke against them. Vouched members' words count at once, others' after as long as it takes to win restarts.
func (d *doubts) weigh(k *ranking) work.Stages {
	if d.against.Len() == 0 {
		return nil
	}
	d.kept = make([]float64, k.g.Nodes())
	for node := range d.kept {
		d.kept[node] = 1
	}
	return work.Stages{work.Each(d.against.Nodes(), func(row uint32) int {
		said, end := d.against.Row(row)
		costs := 1 + int(end-said)
		node, ok := k.g.Node(d.against.Members[row])
		if !ok {
			return costs
		}
		vouched, others := d.heard(k, row)
		if vouched+others == 0 {
			return costs
		}
		p := 0.0
		from, to := k.g.Row(node)
		for e := from; e < to; e++ {
			if !k.who.isBot(k.g.From[e]) {
				p += float64(k.g.Sum[e])
			}
		}
		d.kept[node] = max(kept(p, vouched+others), spared*kept(p, vouched))
		return costs + int(to-from)
	})}
}

func kept(p, n float64) float64 {
	if n >= p {
		return 0
	}
	share := (p - n) / (p + n)
	return share * share
}

// heard sums what is said against a member, by members who are vouched for and by others.
func (d *doubts) heard(k *ranking, row uint32) (vouched, others float64) {
	from, to := d.against.Row(row)
	for e := from; e < to; e++ {
		known, counts := k.hears(d.against, e)
		switch {
		case counts != CountsNow:
		case known:
			vouched += float64(d.against.Sum[e])
		default:
			others += float64(d.against.Sum[e])
		}
	}
	return vouched, others
}

// keeps is what a node keeps of its influence, of 1.
func (d *doubts) keeps(node uint32) float64 {
	if d.kept == nil {
		return 1
	}
	return d.kept[node]
}
