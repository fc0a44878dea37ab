package kol

import (
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Definition is the version of the rules.
const Definition = 1

const (
	dayMS  = 86_400_000
	unset  = -1
	monday = 4 // 1970 began on a Thursday
)

// Board is a ranking.
type Board uint8

// The boards.
const (
	AllTime Board = iota
	Current       // half-life 90 d
	boards
)

// String returns the board's name in the read model.
func (b Board) String() string { return [...]string{"all_time", "current"}[b] }

// Tie is one endorsement, or one word against its target. Members are numbers in the roster.
type Tie struct {
	Time          int64 // Unix milliseconds
	Actor, Target uint32
	Object        uint64 // xxh3 of its name; 0 none
	Weight        uint32 // 1/1000
	Against       bool
}

// Weight is how much an action endorses its target, in 1/1000; false where it does not. Value is that of a vote, 1 where it
// has none.
func Weight(kind schemas.Kind, value float64) (uint32, bool) {
	switch kind {
	case schemas.KindComment, schemas.KindAnswer, schemas.KindReact, schemas.KindShare, schemas.KindMention, schemas.KindFollow,
		schemas.KindMessage:
		return 1000, true
	case schemas.KindVote:
		w := uint32(math.Round(1000 * min(3, max(0, value))))
		return w, w > 0 && !math.IsNaN(value)
	}
	return 0, false
}

// Member is what the ranking takes of a member besides ties.
type Member struct {
	Since      int32 // local day of the first active day; < 0: never active
	ActiveDays uint32
}

// Place is the community that is published, and when.
type Place struct {
	Label         string
	Now, Lateness int64 // stream time and lateness, milliseconds
	Calendar      *calendar.Calendar
	Version       uint64
	Name          func(member uint32) string
	Member        func(member uint32) Member // asked at midnights, and of a ranking as of one to come
	// Ahead returns what Member will be at a midnight to come, by what is known. It may be nil: they stay as they are.
	Ahead   func(day int32) func(member uint32) Member
	Channel func(member uint32) string // in which the member does most, "" for none; asked at midnights only
	Born    int32                      // the community's first active day, where members are missing from the graph; 0: theirs
	Over    func() bool                // Standings and Explain ask now and then whether anybody still waits; may be nil
}

// Rows are what is published.
type Rows struct {
	KOLs       schemas.KOLRows
	Dependents schemas.KOLDependentRows
	Clusters   schemas.ClusterRows
	Members    schemas.MemberKOLRows
}

// sizes are what a community's work is cut by. All but slice show in what is published.
type sizes struct {
	small int // edges, with the ties that wait, of a graph that is ranked at every Publish
	daily int // a midnight makes a refresh for any new tie if there are no more edges
	rare  int // a midnight makes a refresh if there is a new tie for so many edges: a tie pays for no more
	limit int // edges that are kept, about; see graph.Forget
	slice int // edges and nodes that a Publish visits, about: some 15 ms
}

var defaults = sizes{small: 20_000, daily: 10_000, rare: 32, limit: 20_000_000, slice: 1_500_000}

// Community is the graph of one community and its rankings.
type Community struct {
	sizes   sizes
	graph   *graph.Graph
	against *graph.Graph     // who spoke against whom; its nodes are others
	waiting []graph.Tie      // not merged
	reach   int              // one more than the greatest number of a member who is spoken of
	said    map[uint32]int64 // since when members say of themselves that they are bots
	names   []names          // by the community's word

	poll   *poll    // as of the last refresh
	last   *done    // the last finished refresh
	past   []past   // of the week before, and one more
	marks  marks    // what the last clusters say of nodes
	places channels // of the refresh that is under way, if it searches for clusters

	day      int32 // the last midnight; unset
	pending  int32 // the midnight whose refresh is under way; unset
	merging  int   // as many of the first that wait are being merged by it
	filled   bool  // there the provisional rows may have been more
	stale    bool  // something is new of the pane that is open
	shrunk   bool  // the rows of the pane may have been more
	returned bool  // the rows of the pane were taken back: its ties are too many

	open    int64    // when the pane ends; 0 is not known. Not part of the state
	refresh *refresh // the machine that does it. Not part of the state
	inline  bool     // it is finished at a midnight. Not part of the state
	moved   []bool   // by node: a midnight since the last Publish has changed the place. Not part of the state
}

// New returns a community without ties.
func New() *Community {
	return &Community{sizes: defaults, graph: graph.New(), against: graph.New(), said: map[uint32]int64{}, poll: &poll{}, last: newDone(), day: unset, pending: unset}
}

// Tie takes an endorsement in. What endorses nothing, or oneself, is passed over.
func (c *Community) Tie(t Tie) {
	if t.Actor == t.Target || t.Weight == 0 {
		return
	}
	c.reach = max(c.reach, int(max(t.Actor, t.Target))+1)
	waits := graph.Tie{Time: t.Time, Object: t.Object, Actor: t.Actor, Target: t.Target, Weight: t.Weight}
	if t.Against {
		waits.Against = 1
	}
	c.waiting = append(c.waiting, waits)
	c.stale = c.stale || t.Time < c.open || c.open == 0
}

// Active notes that a member was active, of which Place.Ahead tells.
func (c *Community) Active(time int64) { c.stale = c.stale || time < c.open || c.open == 0 }

// Bot notes that a member said at a time that it is one. It is none for rankings as of then or before.
func (c *Community) Bot(member uint32, time int64) {
	c.reach = max(c.reach, int(member)+1)
	if at, ok := c.said[member]; !ok || time < at {
		c.said[member] = time
		c.stale, c.shrunk = true, true
	}
}

// Busy reports whether a refresh is under way, so that Publish has to be called again though nothing is new.
func (c *Community) Busy() bool { return c.pending != unset }

// Reach is one more than the greatest number of a member that is kept.
func (c *Community) Reach() int { return c.reach }

// Edges returns how many pairs are kept, and how many were forgotten for there being too many.
func (c *Community) Edges() (kept int, forgotten uint64) { return c.graph.Len(), c.graph.Forgotten }

// Ranked returns how many members the last finished refresh of a midnight ranked on a board; as Rank.
func (c *Community) Ranked(board Board) (n int) {
	for _, r := range c.last.ranks[board] {
		if r > 0 {
			n++
		}
	}
	return n
}

// Top are the first members of a board by the last finished refresh of a midnight; as Rank.
func (c *Community) Top(board Board, most int) []uint32 {
	top := make([]uint32, min(most, c.Ranked(board)))
	for node, r := range c.last.ranks[board] {
		if r > 0 && int(r) <= len(top) {
			top[r-1] = c.graph.Members[node]
		}
	}
	return top
}

// Dependent is a member more than half of whose tie weight is with a KOL.
type Dependent struct {
	Member uint32
	Share  float64
}

// Rank is a member's place on a board by the last finished refresh of a midnight; 0 is none. Asked right after Midnight it
// is the same in every run.
func (c *Community) Rank(board Board, member uint32) uint32 {
	if node, ok := c.graph.Node(member); ok && int(node) < len(c.last.ranks[board]) {
		return c.last.ranks[board][node]
	}
	return 0
}

// Dependents are those of a member by the last finished refresh of a midnight, the greatest share first; as Rank.
func (c *Community) Dependents(kol uint32) []Dependent {
	var out []Dependent
	if node, ok := c.graph.Node(kol); ok {
		for _, d := range c.last.dependents {
			if d.kol == node {
				out = append(out, Dependent{c.graph.Members[d.member], d.share})
			}
		}
	}
	return out
}

// due are the ties before an instant, moved to the front of those that wait.
func (c *Community) due(at int64) []graph.Tie {
	n := 0
	for i := range c.waiting {
		if c.waiting[i].Time < at {
			if i != n {
				c.waiting[i], c.waiting[n] = c.waiting[n], c.waiting[i]
			}
			n++
		}
	}
	return c.waiting[:n]
}

// merge is the stages that take the ties that are being merged into the graph. It stays what it was until they are done, so that
// a snapshot on the way saves what they began with.
func (c *Community) merge(at int64, p *Place, name func(member uint32) string) work.Stages {
	ties, doubts := split(c.waiting[:c.merging])
	g, all := c.graph.Merge(ties, at, p.Calendar, name)
	against, more := c.against, work.Stages(nil)
	if len(doubts) > 0 {
		against, more = c.against.Merge(doubts, at, p.Calendar, name)
	}
	all = append(append(all, g.Forget(c.sizes.limit, at)...), more...)
	return append(all, work.Once(func() {
		c.filled = c.filled || g.Forgotten > c.graph.Forgotten // who was ranked of these alone is not any more
		c.graph, c.against = g, against
		c.waiting, c.merging = slices.Delete(c.waiting, 0, c.merging), 0
	}))
}
