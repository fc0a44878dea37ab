package dedupe

import (
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/state"
)

const hourMS = 3_600_000

// id is the 128-bit hash of an action's id. At 10^12 ids a horizon the chance that any two meet is below 10^-14.
type id [2]uint64

// Set holds the ids of one community in one partition.
type Set struct {
	horizon int64 // milliseconds
	seen    map[id]int64
	swept   int64 // the hour of stream time of the last sweep
}

// New returns an empty set that remembers ids for horizon milliseconds of event time.
func New(horizon int64) *Set { return &Set{horizon: horizon, seen: map[id]int64{}} }

// Seen reports whether the member's id was added with an event time not older than the horizon before now, the stream
// time.
func (s *Set) Seen(action, member []byte, now int64) bool {
	t, ok := s.seen[hash(action, member)]
	return ok && t >= now-s.horizon
}

// Add remembers the id of a member's action of event time t. now is the stream time, which may have moved with it.
func (s *Set) Add(action, member []byte, t, now int64) {
	s.seen[hash(action, member)] = t
	// What has left the horizon is dropped once an hour of stream time; Seen does not depend on when.
	if hour := now / hourMS; hour > s.swept {
		for k, v := range s.seen {
			if v < now-s.horizon {
				delete(s.seen, k)
			}
		}
		s.swept = hour
	}
}

// Len returns how many ids are held.
func (s *Set) Len() int { return len(s.seen) }

// hash joins the two: a member's actions are all in one partition, so only for them can an id be looked up, and what
// counts as a repeat must not depend on how many partitions there are.
func hash(action, member []byte) id {
	a, m := xxh3.Hash128(action), xxh3.Hash128Seed(member, 1)
	return id{a.Hi ^ m.Lo, a.Lo ^ m.Hi}
}

// Save writes the set, in the order of ids so that equal sets make equal snapshots.
func (s *Set) Save(w *state.Writer) {
	keys := make([]id, 0, len(s.seen))
	for k := range s.seen {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b id) int { return slices.Compare(a[:], b[:]) })
	words := make([]uint64, 0, 3*len(keys))
	for _, k := range keys {
		words = append(words, k[0], k[1], uint64(s.seen[k]))
	}
	w.Int(s.horizon)
	w.Int(s.swept)
	w.Words(words)
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Set {
	s := New(r.Int())
	s.swept = r.Int()
	words := r.Words()
	for ; len(words) >= 3; words = words[3:] {
		s.seen[id{words[0], words[1]}] = int64(words[2])
	}
	return s
}
