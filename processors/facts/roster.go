package facts

import (
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Source says which numbers the members of one partition have in the community's roster.
type Source struct {
	ids []uint32 // plus one; 0 is not told yet
}

// Fact is one fact as it is read, of a member's number in the roster.
type Fact struct {
	Time    int64
	Member  uint32
	What    uint32 // Active, a kind, FirstInUse where Channel is set, or FirstOn where Platform is
	Channel string // of a leave: in which the member did most
	// Platform of a leave is the one that told of it.
	Platform string
	Since    int64 // of a leave: when the member was first seen
}

// Tie is one endorsement as it is read. Target and Object are valid until the signal is gone.
type Tie struct {
	Time           int64
	Member         uint32
	Kind           schemas.Kind
	Value          float64 // of a vote, 1 where it has none; else 1
	Channel        string
	Target, Object []byte
}

// Read gives new members their numbers and calls each for every fact. Facts of members that nobody told of are passed
// over: no program of ours sends them.
func (s *Source) Read(p *actionpb.Facts, names *members.Roster, each func(f Fact)) {
	for i, n := range p.NewMember {
		if more := int(n) + 1 - len(s.ids); more > 0 {
			s.ids = append(s.ids, make([]uint32, more)...)
		}
		s.ids[n] = names.Member([]byte(p.NewName[i])) + 1
	}
	var t int64
	leave := 0
	for i, n := range p.Member {
		t += p.Time[i]
		f := Fact{Time: t, What: p.What[i]}
		if f.What == uint32(schemas.KindLeave) && leave < len(p.Home) && leave < len(p.Since) && leave < len(p.Platform) {
			f.Channel, _ = named(p, p.Home[leave]-1) // 0 is none
			f.Platform, _ = named(p, p.Platform[leave]-1)
			f.Since = p.Since[leave]
			leave++
		}
		id, ok := s.id(n)
		if !ok {
			continue
		}
		f.Member = id
		switch {
		case f.What >= FirstOn:
			f.Platform, ok = named(p, f.What-FirstOn)
			f.What = FirstOn
		case f.What >= FirstInUse:
			f.Channel, ok = named(p, f.What-FirstInUse)
			f.What = FirstInUse
		}
		if ok {
			each(f)
		}
	}
}

// ReadContributions calls each for every contribution that is no tie, with its local day.
func (s *Source) ReadContributions(p *actionpb.Facts, each func(member uint32, day int32)) {
	var day int64
	for i, n := range p.Contributor {
		day += p.Contributed[i]
		if id, ok := s.id(n); ok {
			each(id, int32(day))
		}
	}
}

func named(p *actionpb.Facts, at uint32) (string, bool) {
	if uint64(at) >= uint64(len(p.Channels)) {
		return "", false
	}
	return p.Channels[at], true
}

// ReadTies calls each for every tie.
func (s *Source) ReadTies(p *actionpb.Ties, each func(t Tie)) {
	var time int64
	texts, value := p.Texts, 0
	for i, n := range p.Member {
		time += p.Time[i]
		t := Tie{Time: time, Kind: schemas.Kind(p.Kind[i]), Value: 1}
		target, object := int(p.Lengths[2*i]), int(p.Lengths[2*i+1])
		if target+object > len(texts) {
			return
		}
		t.Target, t.Object, texts = texts[:target], texts[target:target+object], texts[target+object:]
		if t.Kind == schemas.KindVote && value < len(p.Value) {
			t.Value = p.Value[value]
			value++
		}
		if c := int(p.Channel[i]); c > 0 && c <= len(p.Channels) {
			t.Channel = p.Channels[c-1]
		}
		id, ok := s.id(n)
		if ok {
			t.Member = id
			each(t)
		}
	}
}

func (s *Source) id(n uint32) (uint32, bool) {
	if int(n) >= len(s.ids) || s.ids[n] == 0 {
		return 0, false
	}
	return s.ids[n] - 1, true
}

// Valid reports whether the columns of a signal's facts and ties fit together.
func Valid(s *actionpb.Signal) bool {
	for _, p := range s.Facts {
		if len(p.NewName) != len(p.NewMember) || len(p.Time) != len(p.Member) || len(p.What) != len(p.Member) ||
			len(p.Contributed) != len(p.Contributor) {
			return false
		}
		for _, n := range p.NewMember {
			if n >= 1<<30 {
				return false
			}
		}
	}
	for _, p := range s.Ties {
		n := len(p.Member)
		if len(p.Time) != n || len(p.Kind) != n || len(p.Channel) != n || len(p.Lengths) != 2*n {
			return false
		}
	}
	return true
}

// Save writes the source.
func (s *Source) Save(w *state.Writer) { w.Uint32s(s.ids) }

// LoadSource reads what Save wrote, of a roster of so many members.
func LoadSource(r *state.Reader, roster int) Source {
	s := Source{ids: r.Uint32s()}
	for _, id := range s.ids {
		if int(id) > roster {
			r.Fail()
			return Source{}
		}
	}
	return s
}
