package facts

import (
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// What a fact says (signal.proto, Facts).
const (
	Active     = 0       // an active action
	Bot        = 63      // the member says that it is one
	FirstInUse = 64      // from here on: a channel
	FirstOn    = 1 << 31 // from here on: a platform
)

// pieceSize bounds a piece's bytes, about, to stay far below the broker's limit of a message.
const pieceSize = 200 << 10

// recentLimit bounds how many actions are remembered for leaves that come after what followed them.
const recentLimit = 1 << 14

// Feed collects the facts of one community in one partition of the members stage.
type Feed struct {
	told, left bits // by member: whether its name was told; whether its newest action is a leave
	bots       bits // by member: whether it was told that it is one
	facts      []*actionpb.Facts
	ties       []*actionpb.Ties
	oldFacts   []*actionpb.Facts // of earlier cuts, to use their memory again
	oldTies    []*actionpb.Ties
	size       int // of the last piece of facts
	tieSize    int
	lastFact   int64 // times are difference-coded within a piece
	lastTie    int64
	lastDay    int64
	channels   map[string]uint32 // of the last piece of facts
	places     map[string]uint32 // of the last piece of ties
	recent     recent
}

// NewFeed returns a feed that has told nothing.
func NewFeed() *Feed {
	return &Feed{channels: map[string]uint32{}, places: map[string]uint32{}}
}

// Known is what the members stage knows of members.
type Known interface {
	Name(member uint32) string
	Home(member uint32) []byte // the channel in which they did most, empty if in none
	First(member uint32) int64 // when they were first seen
}

// Of is what the members stage knows of an action besides itself.
type Of struct {
	Known   Known
	Member  uint32
	Last    int64 // of the member's actions before this one, the newest's time; any for its first
	First   bool  // the member's first action
	Local   int32 // the action's local day since 1970
	Bot     bool  // the action says that its member is one
	Day     bool  // the first action of that local day that makes the member active
	KindDay bool  // the first active action of its kind that day
	// ChannelDay: the first active action in its channel that day. PlatformDay: on its platform.
	ChannelDay, PlatformDay bool
}

// Add collects what an action tells.
func (f *Feed) Add(a *schemas.Action, of Of) {
	if of.Bot && !f.bots.has(of.Member) {
		f.bots.set(of.Member, true)
		f.fact(f.piece(), of, a.Time, Bot)
	}
	switch {
	case a.Kind == schemas.KindLeave:
		f.leave(a, of)
		if !of.First && a.Time < of.Last {
			if t, ok := f.recent.after(of.Member, a.Time); ok { // it came after what followed it
				f.fact(f.piece(), of, t, Active)
				return
			}
		}
		f.left.set(of.Member, true)
		return
	case a.Kind == schemas.KindViolation:
		f.fact(f.piece(), of, a.Time, uint32(a.Kind))
		return
	case !a.Kind.Active():
		return
	}
	if of.Day || a.Time < of.Last || f.left.has(of.Member) {
		f.fact(f.piece(), of, a.Time, Active)
		if a.Time > of.Last { // at the leave's own instant it is not later
			f.left.set(of.Member, false)
		}
	}
	f.recent.add(of.Member, a.Time)
	if of.KindDay {
		f.fact(f.piece(), of, a.Time, uint32(a.Kind))
	}
	if of.ChannelDay {
		p := f.piece()
		f.fact(p, of, a.Time, FirstInUse+f.channel(p, a.Channel))
	}
	if of.PlatformDay {
		p := f.piece()
		f.fact(p, of, a.Time, FirstOn+f.channel(p, a.Platform))
	}
	if len(a.Target) > 0 && tied(a.Kind) && string(a.Target) != string(a.Member) {
		f.tie(a, of.Member)
	} else if a.Kind.Contributing() {
		p := f.piece()
		p.Contributor, p.Contributed = append(p.Contributor, of.Member), append(p.Contributed, int64(of.Local)-f.lastDay)
		f.lastDay = int64(of.Local)
		f.size += 5
	}
}

func (f *Feed) leave(a *schemas.Action, of Of) {
	p := f.piece()
	f.fact(p, of, a.Time, uint32(schemas.KindLeave))
	home, since, platform := uint32(0), a.Time, uint32(0)
	if len(a.Platform) > 0 {
		platform = f.channel(p, a.Platform) + 1
	}
	if !of.First {
		if c := of.Known.Home(of.Member); len(c) > 0 {
			home = f.channel(p, c) + 1
		}
		since = of.Known.First(of.Member)
	}
	p.Home, p.Since, p.Platform = append(p.Home, home), append(p.Since, since), append(p.Platform, platform)
}

// tied are the kinds of metrics.md, KOL, and what speaks against its target.
func tied(k schemas.Kind) bool {
	switch k {
	case schemas.KindComment, schemas.KindAnswer, schemas.KindReact, schemas.KindShare, schemas.KindMention, schemas.KindFollow,
		schemas.KindMessage, schemas.KindVote, schemas.KindDownvote:
		return true
	}
	return false
}

func (f *Feed) fact(p *actionpb.Facts, of Of, time int64, what uint32) {
	if !f.told.has(of.Member) {
		f.told.set(of.Member, true)
		name := of.Known.Name(of.Member)
		p.NewMember = append(p.NewMember, of.Member)
		p.NewName = append(p.NewName, name)
		f.size += len(name) + 8
	}
	p.Member = append(p.Member, of.Member)
	p.Time = append(p.Time, time-f.lastFact)
	p.What = append(p.What, what)
	f.lastFact = time
	f.size += 12
}

// piece returns the piece of facts that has room.
func (f *Feed) piece() *actionpb.Facts {
	if n := len(f.facts); n > 0 && f.size < pieceSize {
		return f.facts[n-1]
	}
	f.size, f.lastFact, f.lastDay = 0, 0, 0
	clear(f.channels)
	var p *actionpb.Facts
	if p, f.oldFacts = last(f.oldFacts); p == nil {
		p = &actionpb.Facts{}
	}
	p.NewMember, p.NewName, p.Member, p.Time, p.What, p.Channels = p.NewMember[:0], p.NewName[:0], p.Member[:0], p.Time[:0], p.What[:0], p.Channels[:0]
	p.Home, p.Since, p.Platform, p.Contributor, p.Contributed = p.Home[:0], p.Since[:0], p.Platform[:0], p.Contributor[:0], p.Contributed[:0]
	f.facts = append(f.facts, p)
	return p
}

func (f *Feed) channel(p *actionpb.Facts, name []byte) uint32 {
	n, ok := f.channels[string(name)]
	if !ok {
		n = uint32(len(p.Channels))
		p.Channels = append(p.Channels, string(name))
		f.channels[p.Channels[n]] = n
		f.size += len(name)
	}
	return n
}

func (f *Feed) tie(a *schemas.Action, member uint32) {
	n := len(f.ties)
	if n == 0 || f.tieSize >= pieceSize {
		f.tieSize, f.lastTie = 0, 0
		clear(f.places)
		var p *actionpb.Ties
		if p, f.oldTies = last(f.oldTies); p == nil {
			p = &actionpb.Ties{}
		}
		p.Member, p.Time, p.Kind, p.Value, p.Channel = p.Member[:0], p.Time[:0], p.Kind[:0], p.Value[:0], p.Channel[:0]
		p.Channels, p.Texts, p.Lengths = p.Channels[:0], p.Texts[:0], p.Lengths[:0]
		f.ties = append(f.ties, p)
		n++
	}
	p := f.ties[n-1]
	p.Member = append(p.Member, member)
	p.Time = append(p.Time, a.Time-f.lastTie)
	f.lastTie = a.Time
	p.Kind = append(p.Kind, uint32(a.Kind))
	if a.Kind == schemas.KindVote {
		v := a.Value
		if !a.HasValue {
			v = 1
		}
		p.Value = append(p.Value, v)
	}
	place := uint32(0)
	if len(a.Channel) > 0 {
		var ok bool
		if place, ok = f.places[string(a.Channel)]; !ok {
			p.Channels = append(p.Channels, string(a.Channel))
			place = uint32(len(p.Channels))
			f.places[p.Channels[place-1]] = place
			f.tieSize += len(a.Channel)
		}
	}
	p.Channel = append(p.Channel, place)
	p.Texts = append(append(p.Texts, a.Target...), a.Object...)
	p.Lengths = append(p.Lengths, uint32(len(a.Target)), uint32(len(a.Object)))
	f.tieSize += len(a.Target) + len(a.Object) + 16
}

// Pending reports whether there is something to tell.
func (f *Feed) Pending() bool { return len(f.facts)+len(f.ties) > 0 }

// placeSize is how many bytes count as one place of a signal (processors/cut.go).
const placeSize = 20

// last takes the last of a list, or nothing.
func last[T any](s []*T) (*T, []*T) {
	if n := len(s); n > 0 {
		return s[n-1], s[:n-1]
	}
	return nil, s
}

// Cut hands out what was collected since the last cut, in pieces that fit into a message each, and forgets it. Places is a
// piece's size. A piece is valid until the next Add.
func (f *Feed) Cut(facts func(places int, f *actionpb.Facts), ties func(places int, t *actionpb.Ties)) {
	for i, p := range f.facts {
		facts(places(i, len(f.facts), f.size), p)
	}
	for i, p := range f.ties {
		ties(places(i, len(f.ties), f.tieSize), p)
	}
	const kept = 4 // pieces: one busy cut should not hold its memory for good
	f.oldFacts = append(f.oldFacts, f.facts...)[:min(kept, len(f.oldFacts)+len(f.facts))]
	f.oldTies = append(f.oldTies, f.ties...)[:min(kept, len(f.oldTies)+len(f.ties))]
	clear(f.facts)
	clear(f.ties)
	f.facts, f.ties = f.facts[:0], f.ties[:0]
}

// places is the size of piece i of n, the last of which has size bytes.
func places(i, n, size int) int {
	if i < n-1 {
		size = pieceSize
	}
	return size/placeSize + 1
}
