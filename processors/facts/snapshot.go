package facts

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Save writes the feed and what waits for a cut.
func (f *Feed) Save(w *state.Writer) {
	w.Words(f.told)
	w.Words(f.left)
	w.Words(f.bots)
	f.recent.save(w)
	waiting, err := proto.MarshalOptions{Deterministic: true}.Marshal(&actionpb.Signal{Facts: f.facts, Ties: f.ties})
	if err != nil { // names are UTF-8: DecodeRecord lets nothing else through
		panic(fmt.Sprintf("facts of our own making do not encode: %v", err))
	}
	w.String(string(waiting))
}

// LoadFeed reads what Save wrote.
func LoadFeed(r *state.Reader) *Feed {
	f := NewFeed()
	f.told, f.left, f.bots, f.recent = r.Words(), r.Words(), r.Words(), loadRecent(r)
	var s actionpb.Signal
	if err := proto.Unmarshal([]byte(r.String()), &s); err != nil || !Valid(&s) {
		r.Fail()
	}
	if r.Err() != nil {
		return NewFeed()
	}
	f.facts, f.ties = s.Facts, s.Ties
	if n := len(f.facts); n > 0 {
		p := f.facts[n-1]
		for _, t := range p.Time {
			f.lastFact += t
		}
		for _, d := range p.Contributed {
			f.lastDay += d
		}
		f.size = 12*len(p.Member) + 5*len(p.Contributed)
		for _, name := range p.NewName {
			f.size += len(name) + 8
		}
		for i, c := range p.Channels {
			f.channels[c] = uint32(i)
			f.size += len(c)
		}
	}
	if n := len(f.ties); n > 0 {
		p := f.ties[n-1]
		for _, t := range p.Time {
			f.lastTie += t
		}
		f.tieSize = len(p.Texts) + 16*len(p.Member)
		for i, c := range p.Channels {
			f.places[c] = uint32(i + 1)
			f.tieSize += len(c)
		}
	}
	return f
}
