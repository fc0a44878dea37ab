package kol

import "slices"

// tell publishes the first of both boards as of an instant. Fill takes back what places there may have been beyond the last.
func (c *Community) tell(at int64, of *portraits, fill bool, p *Place, rows *Rows) {
	before := c.before(of.k.day)
	r := &rows.KOLs
	for b := range boards {
		s := &of.k.boards[b]
		for i, x := range of.of[b] {
			place(at, b, i+1, p, rows)
			r.Member = append(r.Member, p.Name(of.k.g.Members[x.node]))
			r.Score = append(r.Score, s.scores[i])
			r.RankChange = append(r.RankChange, before.gained(b, x.node, i))
			r.Endorsers = append(r.Endorsers, s.endorsers[x.node])
			r.HIndex = append(r.HIndex, x.hIndex)
			r.Reach = append(r.Reach, x.reach)
			r.Cluster = append(r.Cluster, valueOf(c.marks.cluster, x.node))
			r.Bridge = append(r.Bridge, valueOf(c.marks.bridge, x.node))
			r.Dependents = append(r.Dependents, of.count[x.node])
			r.Restart = append(r.Restart, of.k.trust.how)
			r.Deleted = append(r.Deleted, 0)
		}
		if fill {
			takeBack(at, b, len(of.of[b])+1, p, rows)
		}
	}
}

// place begins the row of a place.
func place(at int64, b Board, rank int, p *Place, rows *Rows) {
	r := &rows.KOLs
	r.Community = append(r.Community, p.Label)
	r.Board = append(r.Board, b.String())
	r.AsOf = append(r.AsOf, at)
	r.Rank = append(r.Rank, uint32(rank))
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}

// retract takes the rows of both boards back. Which they are follows from the ties, and not from what was published.
func retract(at int64, p *Place, rows *Rows) {
	for b := range boards {
		takeBack(at, b, 1, p, rows)
	}
}

// takeBack takes the places from one on back.
func takeBack(at int64, b Board, from int, p *Place, rows *Rows) {
	r := &rows.KOLs
	for rank := from; rank <= Top; rank++ {
		place(at, b, rank, p, rows)
		r.Member = append(r.Member, "")
		r.Score = append(r.Score, 0)
		r.RankChange = append(r.RankChange, nil)
		r.Endorsers = append(r.Endorsers, 0)
		r.HIndex = append(r.HIndex, 0)
		r.Reach = append(r.Reach, 0)
		r.Cluster = append(r.Cluster, 0)
		r.Bridge = append(r.Bridge, 0)
		r.Dependents = append(r.Dependents, 0)
		r.Restart = append(r.Restart, "")
		r.Deleted = append(r.Deleted, 1)
	}
}

// valueOf is a node's, nothing where the list does not reach it.
func valueOf[T any](by []T, node uint32) (v T) {
	if int(node) < len(by) {
		v = by[node]
	}
	return v
}

// gained is how many places up a node has come, to the i-th from 0; nil where it was not ranked then.
func (x *past) gained(b Board, node uint32, i int) *float64 {
	if x == nil {
		return nil
	}
	then := slices.Index(x.order[b], node)
	if then < 0 {
		return nil
	}
	v := float64(then - i)
	return &v
}

// telling is what a row costs, as so many visits of an edge.
const telling = 20

// tellMember writes a member's place where it is not that of the refresh before. Of midnights that one Publish walks through
// only the last one's is written: of a history that is imported, all others would be most of what is written at all.
func (c *Community) tellMember(node, rank uint32, r *refresh) int {
	if rank == valueOf(c.last.ranks[AllTime], node) {
		return 1
	}
	if c.inline {
		if n := c.graph.Nodes() - len(c.moved); n > 0 {
			c.moved = append(c.moved, make([]bool, n)...)
		}
		c.moved[node] = true
		return 1
	}
	c.tellRank(node, rank, r.place, r.rows)
	return telling
}

// tellMoved writes the places that midnights have changed since the last Publish.
func (c *Community) tellMoved(p *Place, rows *Rows) {
	for node, moved := range c.moved {
		if moved {
			c.tellRank(uint32(node), valueOf(c.last.ranks[AllTime], uint32(node)), p, rows)
		}
	}
	c.moved = nil
}

func (c *Community) tellRank(node, rank uint32, p *Place, rows *Rows) {
	m := &rows.Members
	m.Community = append(m.Community, p.Label)
	m.Member = append(m.Member, p.Name(c.graph.Members[node]))
	m.Rank = append(m.Rank, rank)
	m.Version = append(m.Version, p.Version)
	m.Definition = append(m.Definition, Definition)
}

func tellDependent(at int64, k *ranking, d dependent, p *Place, rows *Rows) {
	r := &rows.Dependents
	r.Community = append(r.Community, p.Label)
	r.AsOf = append(r.AsOf, at)
	r.Member = append(r.Member, p.Name(k.g.Members[d.member]))
	r.KOL = append(r.KOL, p.Name(k.g.Members[d.kol]))
	r.Share = append(r.Share, d.share)
	r.Deleted = append(r.Deleted, 0)
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}
