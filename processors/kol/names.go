package kol

import (
	"maps"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// names are what the community says itself from an instant on.
type names struct {
	from        int64
	bots, staff map[string]bool
}

// Use sets what the community says itself: who is a bot, and who are the staff that vouching begins with where there are
// any. It holds for rankings as of later than from, an instant that is not before that of the last call.
func (c *Community) Use(from int64, bots, staff []string) {
	c.names = append(c.names, names{from, set(bots), set(staff)})
	c.stale, c.shrunk = true, true
}

func set(names []string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, n := range names {
		s[n] = true
	}
	return s
}

// named is what holds for a ranking as of an instant.
func (c *Community) named(at int64) names {
	for _, n := range slices.Backward(c.names) {
		if n.from < at {
			return n
		}
	}
	return names{}
}

// saidSince reports whether it was said at an instant or later who is a bot or of the staff. Rows of the pane that begins then
// may have been published without, by a process that was killed.
func (c *Community) saidSince(at int64) bool {
	for _, t := range c.said { // in any order
		if t >= at {
			return true
		}
	}
	return len(c.names) > 0 && c.names[len(c.names)-1].from >= at
}

// outdated forgets what no ranking as of an instant or later goes by.
func (c *Community) outdated(at int64) {
	n := 0
	for i := range c.names {
		if c.names[i].from < at {
			n = i
		}
	}
	c.names = slices.Delete(c.names, 0, n)
}

func (x *names) save(w *state.Writer) {
	w.Int(x.from)
	for _, names := range []map[string]bool{x.bots, x.staff} {
		w.Uint(uint64(len(names)))
		for _, n := range slices.Sorted(maps.Keys(names)) {
			w.String(n)
		}
	}
}

func loadNames(r *state.Reader) names {
	x := names{r.Int(), map[string]bool{}, map[string]bool{}}
	for _, names := range []map[string]bool{x.bots, x.staff} {
		for range r.Len() {
			names[r.String()] = true
		}
	}
	return x
}
