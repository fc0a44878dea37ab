package activity

import (
	"slices"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Segment is a segment's number within one Tracker, good until the next Forget. WholeCommunity is always there.
type Segment uint32

// WholeCommunity is the segment of every action.
const WholeCommunity Segment = 0

// Tracker follows one community in one partition of the members stage. Presence costs 4 bytes a member, 12 a (member,
// segment) of the last month, and at the default lateness of an hour 32 more where there is more than one minute of
// presence in the last days.
type Tracker struct {
	lateness int64 // milliseconds
	apart    int32 // hours after which only the days of older presence matter

	names    [dimensions]map[string]Segment
	kinds    [schemas.Kinds]Segment // what names says of them; 0 is not known
	segments []segment
	dirty    []Segment
	unused   []Segment // numbers to give out again, the least last
	recents  []*recent // to use again

	blocks  blocks
	records records
	places  []int  // of one action's entries in its member's block
	news    uint32 // bit i: the last action was the first that day to make its member active in its i-th other segment
	loaded  uint64 // of no meaning: keeps a load that is done for its sake
	dense   []step // memory that joins steps
}

// NewTracker returns a tracker for actions that come at most lateness milliseconds behind stream time.
func NewTracker(lateness int64) *Tracker {
	t := &Tracker{lateness: lateness, apart: int32(lateness/hourMS) + 2 + longest[hours]}
	for d := range t.names {
		t.names[d] = map[string]Segment{}
	}
	t.records.init(lateness)
	t.Segment(Whole, nil)
	return t
}

// Segment returns the number of a segment, a new one for a new name.
func (t *Tracker) Segment(d Dimension, name []byte) Segment {
	if s, ok := t.names[d][string(name)]; ok {
		return s
	}
	var s Segment
	if n := len(t.unused); n > 0 {
		s, t.unused = t.unused[n-1], t.unused[:n-1]
	} else {
		s = Segment(len(t.segments))
		t.segments = append(t.segments, segment{})
	}
	t.segments[s] = segment{dimension: d, name: string(name), used: true}
	t.names[d][string(name)] = s
	return s
}

// Kind returns the number of a kind's segment. It is Segment for kinds, without the search.
func (t *Tracker) Kind(k schemas.Kind) Segment {
	if !k.Valid() {
		return t.Segment(Kind, []byte(k.String()))
	}
	s := t.kinds[k]
	if s == 0 {
		s = t.Segment(Kind, []byte(k.String()))
		t.kinds[k] = s
	}
	return s
}

// Touch loads what Observe looks at first, and returns a number of no meaning. A caller that touches the members of many
// actions before it observes the first lets the memory fetch them side by side.
func (t *Tracker) Touch(member uint32) uint64 { return t.blocks.touch(member) }

// Forget drops what can touch no window any more, now that the community's stream time has reached day. Call it when the
// day changes: an entry that is gone means the same as one without presence. Segments without entries lose their numbers.
func (t *Tracker) Forget(day int32) {
	keep := day - longest[days] - int32(t.lateness/dayMS) - 2
	fold := day - int32(t.lateness/dayMS) - 4 // minutes and hours of days before no action can come near any more
	present := make([]bool, len(t.segments))
	for member, ref := range t.blocks.refs {
		if ref == 0 {
			continue
		}
		block, n := t.blocks.at(ref), 0
		was := int(block[0])
		for i := range was {
			e := entryAt(block, i)
			h := head(e[1])
			if h.flags() == 0 && h.day() < fold && (h.day() < keep || !t.records.longDays) {
				e[1], e[2] = uint32(headOf(h.minute(), h.day(), isActive)), t.records.release(e[2])
			}
			if h.day() >= keep {
				present[e[0]] = true
				copy(entryAt(block, n), e)
				n++
			}
		}
		t.blocks.shrink(uint32(member), was, n)
	}
	for s := range t.segments {
		if g := &t.segments[s]; g.used && !g.dirty && !present[s] && s != int(WholeCommunity) {
			delete(t.names[g.dimension], g.name)
			*g = segment{}
			t.unused = append(t.unused, Segment(s))
		}
	}
	slices.Sort(t.unused)
	slices.Reverse(t.unused)
	clear(t.kinds[:]) // some may be gone
}
