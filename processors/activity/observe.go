package activity

// Panes are the panes an event time lies in. Day is the community's local day.
type Panes struct{ Minute, Hour, Day int32 }

// PanesOf returns the panes of an instant (Unix milliseconds, not before 1970) whose local day is day.
func PanesOf(ms int64, day int32) Panes {
	return Panes{Minute: int32(ms / minuteMS), Hour: int32(ms / hourMS), Day: day}
}

// Observe counts one action of a member in the whole community and in other segments. It reports whether this is the first
// action of that day that makes the member active in the community, and the first that makes it contributing.
func (t *Tracker) Observe(member uint32, others []Segment, at Panes, active, contributing bool) (activeDay, contributingDay bool) {
	var who uint32
	if active {
		who |= isActive
	}
	if contributing {
		who |= isContributing
	}
	t.count(WholeCommunity, at)
	for _, s := range others {
		t.count(s, at)
	}
	t.news = 0
	if who == 0 {
		return false, false
	}
	t.find(member, others, at)
	block := t.blocks.at(t.blocks.refs[member])
	newDay := t.add(WholeCommunity, entryAt(block, t.places[0]), at, who)
	for i, s := range others {
		t.news |= t.add(s, entryAt(block, t.places[i+1]), at, who) & isActive << i
	}
	return newDay&isActive != 0, newDay&isContributing != 0
}

// ActiveDayIn reports whether the action that was last observed is the first of its day to make its member active in the
// i-th of its other segments.
func (t *Tracker) ActiveDayIn(i int) bool { return t.news>>i&1 == 1 }

// find sets places to where the entries of a member in the community and in other segments are, new ones where there are
// none. It loads all their records, so that the memory fetches them side by side.
func (t *Tracker) find(member uint32, others []Segment, at Panes) {
	if ref := t.blocks.ref(member); ref != 0 && t.look(t.blocks.at(ref), others) {
		return
	}
	t.insert(member, WholeCommunity, at)
	for _, s := range others {
		t.insert(member, s, at)
	}
	t.look(t.blocks.at(t.blocks.refs[member]), others)
}

// look sets places and reports whether all of the entries are there.
func (t *Tracker) look(block []uint32, others []Segment) bool {
	i, ok := search(block, WholeCommunity)
	t.places = append(t.places[:0], i)
	loaded := t.load(block, i, ok)
	for _, s := range others {
		i, here := search(block, s)
		t.places = append(t.places, i)
		loaded += t.load(block, i, here)
		ok = ok && here
	}
	t.loaded = loaded
	return ok
}

// load loads the record of an entry, if it is there and has one.
func (t *Tracker) load(block []uint32, i int, ok bool) uint64 {
	if ok {
		if e := entryAt(block, i); head(e[1]).flags() == 0 {
			return t.records.at(e[2])[0]
		}
	}
	return 0
}

// insert makes sure that a member has an entry in a segment.
func (t *Tracker) insert(member uint32, s Segment, at Panes) {
	e, fresh := t.blocks.entry(member, s)
	if !fresh {
		return
	}
	if t.records.longDays {
		i, _ := t.records.alloc()
		e[1], e[2] = uint32(headOf(at.Minute, at.Day, 0)), i
		return
	}
	e[1], e[2] = newborn, 0
}

// add adds presence to an entry and returns who is new on the day.
func (t *Tracker) add(s Segment, e entry, at Panes, who uint32) uint32 {
	if head(e[1]).flags() == 0 {
		return t.addToRecord(&t.segments[s], e, at, who)
	}
	return t.addToLight(&t.segments[s], e, at, who)
}

// addToLight is add for an entry that is light.
func (t *Tracker) addToLight(g *segment, e entry, at Panes, who uint32) uint32 {
	h := head(e[1])
	flags, added := h.flags(), who
	switch {
	case e[1] == newborn:
		h, flags = headOf(at.Minute, at.Day, 0), who
	case at.Minute == h.minute():
		added &^= flags
		flags |= added
	case at.Hour-h.minute()/60 >= t.apart:
		flags = who
	default:
		t.unfold(e)
		return t.addToRecord(g, e, at, who)
	}
	if added != 0 {
		g.gain(minutes, at.Minute, far, far, added)
		g.gain(hours, at.Hour, far, far, added)
	}
	x, day, newDay := g.addPane(days, unpackDays(e[2]), h.day(), at.Day, who)
	e[1], e[2] = uint32(headOf(at.Minute, day, flags)), x.pack()
	return newDay
}

// unfold gives a light entry a record.
func (t *Tracker) unfold(e entry) {
	h := head(e[1])
	i, rec := t.records.alloc()
	newest := pair{uint64(h.flags() & 1), uint64(h.flags() >> 1)}
	for presence := range newest {
		minutes, _ := t.records.ring(rec, minutes, presence)
		minutes[0] = newest[presence]
		if t.records.hours > 0 {
			hours, _ := t.records.ring(rec, hours, presence)
			hours[0] = newest[presence]
		}
	}
	if t.records.hours == 0 {
		t.records.setShortHours(rec, newest)
	}
	t.records.setDays(rec, unpackDays(e[2]))
	e[1], e[2] = uint32(headOf(h.minute(), h.day(), 0)), i
}

// addToRecord is add for an entry that has a record.
func (t *Tracker) addToRecord(g *segment, e entry, at Panes, who uint32) uint32 {
	h, rec := head(e[1]), t.records.at(e[2])
	minute := h.minute()
	if at.Minute == minute && at.Day == h.day() && t.records.known(rec, who) {
		return 0
	}
	if !t.addToRings(g, rec, minutes, minute, at.Minute, who) {
		return 0
	}
	if t.records.hours == 0 {
		x, _, _ := g.addPane(hours, t.records.shortHours(rec), minute/60, at.Hour, who)
		t.records.setShortHours(rec, x)
	} else {
		t.addToRings(g, rec, hours, minute/60, at.Hour, who)
	}
	x, day, newDay := g.addPane(days, t.records.days(rec), h.day(), at.Day, who)
	t.records.setDays(rec, x)
	e[1] = uint32(headOf(max(minute, at.Minute), day, 0))
	return newDay
}

// addToRings adds presence in pane p to the rings of a resolution, whose newest pane is newest. It reports whether p is
// recent enough, as every action within the lateness is.
func (t *Tracker) addToRings(g *segment, rec record, r resolution, newest, p int32, who uint32) bool {
	d := newest - p
	var before, after [2]int32
	for presence := range 2 {
		bits, shift := t.records.ring(rec, r, presence)
		if d < 0 {
			rec.setOld(shift, bits.advance(-d, rec.old(shift)))
		}
		from := max(0, d)
		if from >= bits.size() {
			return false
		}
		if who>>presence&1 == 0 || bits.has(from) {
			who &^= 1 << presence
			continue
		}
		before[presence], after[presence] = bits.nearest(from, rec.old(shift))
		bits.set(from)
	}
	g.gains(r, p, before, after, who)
	return true
}

// addPane adds presence in pane p to presence in panes up to newest. It returns that, the newest pane now, and who is new
// in p.
func (g *segment) addPane(r resolution, x pair, newest, p int32, who uint32) (pair, int32, uint32) {
	d := newest - p
	if d < 0 {
		x[0], x[1] = x[0]<<-d, x[1]<<-d
		newest, d = p, 0
	}
	if d > 63 {
		return x, newest, 0
	}
	if who &^= uint32(x[0]>>d&1 | x[1]>>d&1<<1); who == 0 {
		return x, newest, 0
	}
	var before, after [2]int32
	for presence := range x {
		if who>>presence&1 == 1 {
			before[presence], after[presence] = nearest(x[presence], d)
			x[presence] |= 1 << d
		}
	}
	g.gains(r, p, before, after, who)
	return x, newest, who
}
