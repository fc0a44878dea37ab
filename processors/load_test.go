package processors

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// A snapshot is checked by its checksum before it is loaded; what passes by chance, or was written by another version,
// must still be refused or loaded, never a panic or memory without end.
func FuzzLoad(f *testing.F) {
	m, c := NewMembers(0, 1), NewCommunities()
	for i := range int64(40) {
		a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte{'a' + byte(i%7)}, ID: []byte{byte(i), 1}, Kind: schemas.KindPost, Channel: []byte("x"), Time: 1_700_000_000_000 + i*900_000}
		m.Apply(i, a.Append(nil))
	}
	m.Apply(40, control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Time: 1_700_100_000_000}}))
	for i, s := range m.Flush().Signals {
		c.Apply(int64(i), s.Value)
	}
	c.Flush()
	m.Delivered()
	c.Delivered()
	for _, fold := range []Fold{m, c} {
		var w state.Writer
		fold.Save(&w)
		f.Add(w.Bytes())
		if err := map[bool]Fold{true: NewMembers(0, 1), false: NewCommunities()}[fold == Fold(m)].Load(state.NewReader(w.Bytes())); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, fold := range []Fold{NewMembers(0, 1), NewCommunities()} {
			if fold.Load(state.NewReader(b)) == nil {
				fold.Flush()
			}
		}
	})
}

// Whatever lies on a topic, a fold goes on; what it cannot read it hands out as rejected.
func FuzzApply(f *testing.F) {
	a := schemas.Action{Version: 1, Community: []byte("c"), Member: []byte("m"), ID: []byte("i"), Kind: schemas.KindPost, Time: 1_700_000_000_000}
	f.Add(a.Append(nil), []byte{})
	f.Add(control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Time: 1}}), []byte("no signal"))
	f.Add(control(&actionpb.Control{Settings: &actionpb.Settings{Community: "c", TimeZone: "Mars/Olympus", LatenessMs: -5}}), a.Append(nil))
	signal, err := proto.Marshal(&actionpb.Signal{Version: 1, Community: "c", Partitions: 1, Cut: 1, Time: 1_700_000_000_000,
		Deltas: []*actionpb.Deltas{{End: []int64{5, 3}, Actions: []int64{1}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, signal)
	f.Fuzz(func(t *testing.T, record, signal []byte) {
		members, communities := NewMembers(0, 1), NewCommunities()
		members.Apply(0, a.Append(nil))
		members.Apply(1, record)
		members.Apply(2, control(&actionpb.Control{Tick: &actionpb.Tick{Community: "c", Time: 1_700_000_100_000}}))
		out := members.Flush()
		if out.Stats.Actions+out.Stats.Repeats+out.Stats.Rejected == 0 {
			t.Error("the action before is gone")
		}
		for i, s := range out.Signals {
			communities.Apply(int64(i), s.Value)
		}
		communities.Apply(1<<20, signal)
		communities.Flush()
	})
}
