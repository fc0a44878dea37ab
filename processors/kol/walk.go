package kol

import "math"

// Midnight is told of each local midnight in order, once nothing before it can come any more: of the first after a
// community's first day on. Ties before it may make a refresh; one that is under way is finished before.
func (c *Community) Midnight(day int32, p *Place, rows *Rows) {
	c.finish(p, rows)
	at := p.Calendar.Midnight(day)
	due := len(c.due(at))
	switch {
	case c.wants(day, due):
		c.poll = c.ask(p)
		if day%7 == monday || c.marks.next == 0 {
			c.places = c.channels(p)
		}
		c.pending, c.merging, c.filled = day, due, c.shrunk
		if c.graph.Len()+due <= c.sizes.small {
			c.finish(p, rows)
		}
	case c.graph.Len() <= c.sizes.small && due > 0:
		retract(at, p, rows)
	}
	c.outdated(at)
	c.day, c.stale, c.shrunk, c.returned = day, true, c.saidSince(at), false
}

// wants reports whether a midnight makes a refresh, with so many new ties.
func (c *Community) wants(day int32, due int) bool {
	edges := c.graph.Len()
	weekly := day%7 == monday || c.last.day == unset
	return due > 0 && (weekly || edges <= c.sizes.daily || c.sizes.rare*due >= edges) || weekly && edges > 0
}

// Publish goes on with a refresh that is under way, or ranks a small graph as of the next midnight if there is something
// new. The caller has told of the midnights before.
func (c *Community) Publish(p *Place, rows *Rows) {
	c.tellMoved(p, rows)
	day := c.day
	if day == unset {
		day = p.Calendar.Day(max(0, p.Now-p.Lateness))
	}
	day++
	if at := p.Calendar.Midnight(day); at != c.open {
		c.open, c.stale = at, true
	}
	switch {
	case c.pending != unset:
		c.advance(c.sizes.slice, p, rows)
	case c.stale:
		c.stale = false
		c.ahead(day, p, rows)
	}
}

// ahead publishes the ranks as of the midnight to come.
func (c *Community) ahead(day int32, p *Place, rows *Rows) {
	if c.graph.Len() > c.sizes.small || c.returned { // a pane's ties do not become fewer
		return
	}
	due := c.due(c.open)
	switch {
	case len(due) == 0:
		return
	case c.graph.Len()+len(due) > c.sizes.small:
		c.returned = true
		retract(c.open, p, rows)
		return
	}
	g, against := c.merged(due, c.open, p)
	as := *p
	if p.Ahead != nil {
		as.Member = p.Ahead(day)
	}
	who, all := c.ask(&as).of(c, g, c.open, p.Name)
	k, more := rank(g, c.doubts(against, c.open, p.Name), who, c.open, day, c.last, p.Name)
	portraits, last := portray(k, p.Name)
	all = append(append(all, more...), last...)
	all.Finish()
	c.tell(c.open, portraits, c.shrunk, p, rows)
}

// finish ends the refresh that is under way.
func (c *Community) finish(p *Place, rows *Rows) {
	for c.pending != unset {
		c.inline = true
		c.advance(math.MaxInt, p, rows)
		c.inline = false
	}
}
